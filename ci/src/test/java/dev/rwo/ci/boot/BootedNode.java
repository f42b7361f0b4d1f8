package dev.rwo.ci.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.ci.lab.LabException;
import dev.rwo.ci.lab.Waiting;
import dev.rwo.image.vm.Lan;
import dev.rwo.image.vm.MachineSpec;
import dev.rwo.image.vm.Peripheral;
import dev.rwo.image.vm.QemuMachine;
import dev.rwo.keys.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** A node in QEMU: its power button, its console, its API from outside, its shell by ssh. */
final class BootedNode implements AutoCloseable {

    /**
     * Under emulation on two busy cores a boot took up to four minutes here; three times that is a hang. Of the three
     * machines that {@code ./rwo soak} runs at once, each has less than one core.
     */
    private static final Duration BOOT = Duration.ofMinutes(Boolean.getBoolean("soak") ? 40 : 12);

    private static final Duration COMMAND = Duration.ofMinutes(Boolean.getBoolean("soak") ? 10 : 3);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final int GIB = 10;
    private static final Pattern ADDRESS = Pattern.compile("rwo: stage network done ([0-9.]+)/");

    private final TestImages images;
    private final int apiPort;
    private final int sshPort;
    private final Path directory;
    private final MachineSpec spec;
    private QemuMachine machine;

    private BootedNode(
            TestImages images, Path image, String story, int apiPort, int sshPort, UnaryOperator<MachineSpec> fitting) {
        this.images = images;
        this.apiPort = apiPort;
        this.sshPort = sshPort;
        this.directory = Path.of("target/vm", story).toAbsolutePath();
        this.spec = fitting.apply(MachineSpec.of(image, directory)).withMemoryMib(2048);
        this.machine = QemuMachine.start(spec.withFresh(true));
    }

    /** Boots an image on an empty 10 GiB disk; the console's log stays in target/vm/STORY. */
    static BootedNode boot(TestImages images, Path image, String story) throws IOException {
        return boot(images, image, story, GIB);
    }

    /** Boots an image on an empty disk of another size. */
    static BootedNode boot(TestImages images, Path image, String story, int diskGib) throws IOException {
        return boot(images, image, story, spec -> spec.withDiskGib(diskGib));
    }

    /** Boots an image on a machine fitted out for the story. */
    static BootedNode boot(TestImages images, Path image, String story, UnaryOperator<MachineSpec> fitting)
            throws IOException {
        // The guest reaches nothing but the forwarded ports: no test asks the internet for anything.
        return boot(images, image, story, fitting, true);
    }

    /**
     * The same.
     *
     * @param restricted whether the guest reaches nothing; otherwise servers of the test's machine, as 10.0.2.2
     */
    static BootedNode boot(
            TestImages images, Path image, String story, UnaryOperator<MachineSpec> fitting, boolean restricted)
            throws IOException {
        int apiPort = freePort();
        int sshPort = freePort();
        return new BootedNode(
                images,
                image,
                story,
                apiPort,
                sshPort,
                spec -> fitting.apply(spec)
                        .withForward(apiPort, MachineSpec.API_PORT)
                        .withForward(sshPort, MachineSpec.SSH_PORT)
                        .withRestricted(restricted));
    }

    /**
     * Boots an image on an empty disk of a machine that shares a network with others.
     *
     * @param number tells it from the others of the network
     */
    static BootedNode bootOn(Lan lan, int number, TestImages images, Path image, String story) throws IOException {
        return new BootedNode(
                images,
                image,
                story + "-" + number,
                freePort(),
                freePort(),
                // One processor each: several emulated ones of several machines keep each other waiting on a small
                // host.
                spec -> spec.withDiskGib(GIB)
                        .withCpus(1)
                        .withLan(lan, number)
                        .withExtra("-smbios", "type=1,serial=RWO-TEST-" + number));
    }

    /** Once the box has its address, makes its API and its shell reachable from here. */
    void forwardFrom(Lan lan) {
        String line = machine.awaitSerialLine(ADDRESS, BOOT).text();
        Matcher found = ADDRESS.matcher(line);
        assertThat(found.find()).as(line).isTrue();
        lan.forward(apiPort, found.group(1), MachineSpec.API_PORT);
        lan.forward(sshPort, found.group(1), MachineSpec.SSH_PORT);
    }

    /** Pulls the plug; {@link #start} puts it back in. */
    void cutPower() {
        machine.kill();
    }

    /** Starts the box again on the same disk. */
    void start() {
        machine = QemuMachine.start(spec.withFresh(false));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Waits until the console says that a stage is in a state. */
    void awaitStage(String stage, String state) {
        machine.awaitSerialLine(Pattern.compile("rwo: stage " + stage + " " + state + "\\b"), BOOT);
    }

    /** Waits for a line on the console. */
    void awaitConsole(String pattern) {
        machine.awaitSerialLine(Pattern.compile(pattern), BOOT);
    }

    /** Pulls the plug and starts the box again on the same disk. */
    void cutPowerAndStart() {
        machine.kill();
        machine = QemuMachine.start(spec.withFresh(false));
    }

    /** Shuts the box down in order and starts it again on the same disk. */
    void restart() {
        machine.powerDown(BOOT);
        machine = QemuMachine.start(spec.withFresh(false));
    }

    /** Everything in it stands still, and its clocks; {@link #resume} lets it go on. */
    void pause() {
        machine.pause();
    }

    void resume() {
        machine.resume();
    }

    /** Pulls its own cable, or puts it back. */
    void lanCable(boolean in) {
        machine.lanCable(in);
    }

    /** Plugs something in. */
    void plug(Peripheral peripheral) {
        machine.attach(peripheral);
    }

    /** Pulls something out; returns when it is gone. */
    void unplug(String id) {
        machine.detach(id, COMMAND);
    }

    /** Pulls the cable out of a plugged-in network card, or puts it back. */
    void cable(String id, boolean in) {
        machine.link(id, in);
    }

    /** Lets a plugged-in NVMe drive say how it is: the bits of SMART's critical warning, 0 for well. */
    void nvmeWarning(String id, int bits) {
        machine.set(id, "smart_critical_warning", bits);
    }

    /** Keeps a picture of the display in the build's output. */
    void keepScreenshot(String name) throws IOException {
        machine.screenshot(
                Files.createDirectories(Path.of("target/screenshots")).resolve(name + ".png"));
    }

    /** Asks the API with the operator's certificate. */
    JsonNode api(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer;
        try {
            answer = get(images.site(), path);
        } catch (SSLException changing) {
            // A new address means a new certificate; a handshake that is under way then has to be begun again.
            answer = get(images.site(), path);
        }
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isIn(200, 503);
        return new ObjectMapper().readTree(answer.body());
    }

    /**
     * Waits until the API's answer is as wanted, and returns it. Asks now and then only: an emulated box that answers all
     * the time gets nothing else done, and a program started in it to ask costs half a minute.
     */
    JsonNode awaitApi(String path, Predicate<JsonNode> wanted, String description) {
        AtomicReference<String> last = new AtomicReference<>("no answer");
        try {
            return Waiting.await(
                    BOOT,
                    PAUSE,
                    () -> {
                        try {
                            JsonNode answer = api(path);
                            last.set(answer.toPrettyString());
                            return Optional.of(answer).filter(wanted);
                        } catch (IOException notNow) {
                            return Optional.empty();
                        } catch (InterruptedException stop) {
                            Thread.currentThread().interrupt();
                            return Optional.empty();
                        }
                    },
                    description);
        } catch (LabException inVain) {
            throw new AssertionError(inVain.getMessage() + "; the last answer: " + last.get(), inVain);
        }
    }

    /** Asks the API as the operator of a site. */
    HttpResponse<String> get(Site site, String path) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(site.operatorTls()).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + apiPort + path))
                    .timeout(COMMAND)
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    /**
     * What a command on the node printed and how it ended.
     *
     * @param status the exit status
     * @param output both streams, without the last line break
     */
    record Answer(int status, String output) {}

    /** Runs a command on the node, as root. */
    Answer run(String command) throws IOException, InterruptedException {
        awaitConsole("Started ssh\\.service");
        List<String> ssh = List.of(
                "ssh",
                "-q",
                "-i",
                images.sshKey().toString(),
                "-p",
                Integer.toString(sshPort),
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "ConnectTimeout=120",
                "root@127.0.0.1",
                command);
        Path output = Files.createTempFile("rwo-ssh", ".out");
        try {
            Process process = new ProcessBuilder(ssh)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(COMMAND.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("on the node, in time: " + command).isTrue();
            return new Answer(
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.UTF_8).stripTrailing());
        } finally {
            Files.delete(output);
        }
    }

    /** Runs a command on the node that must succeed. */
    String ok(String command) throws IOException, InterruptedException {
        Answer answer = run(command);
        assertThat(answer.status()).as(command + ": " + answer.output()).isZero();
        return answer.output();
    }

    /** Waits until a command on the node succeeds, and answers what it printed then; the node itself looks again. */
    String await(String command) throws IOException, InterruptedException {
        Answer answer = run("n=0; until out=$(" + command
                + "); do n=$((n + 1)); [ $n -lt 300 ] || exit 1; sleep 0.5; done;" + " printf '%s' \"$out\"");
        assertThat(answer.status()).as("in time: " + command).isZero();
        return answer.output();
    }

    /** Runs a command on the node that prints JSON. */
    JsonNode json(String command) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(ok(command));
    }

    @Override
    public void close() {
        machine.close();
        try (DirectoryStream<Path> disks = Files.newDirectoryStream(directory, "*.qcow2")) {
            for (Path disk : disks) {
                Files.delete(disk);
            }
        } catch (IOException left) {
            throw new UncheckedIOException("the test's disk in " + directory + " could not be deleted", left);
        }
    }
}
