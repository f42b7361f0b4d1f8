package dev.rwo.ci.lab;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A host with a real container engine, whose storage outlives a power cut. */
public class LabBox {

    private static final Duration COMMAND = Duration.ofMinutes(2);
    /** Debian's unit of the engine has no shorter one; a busy machine starts several at a time. */
    private static final Duration ENGINE = Duration.ofSeconds(90);

    private final LabHost host;
    private final RecordedMachine machine;

    /**
     * Prepares a box on a host that is off.
     *
     * @param recording the hardware it shall have
     * @param settings more lines for the box's services, {@code name=value}
     */
    LabBox(LabHost host, RecordedMachine recording, String... settings) throws IOException {
        this.host = host;
        this.machine = recording.copyTo(host.folder().resolve("machine"));
        Path bin = Files.createDirectories(host.folder().resolve("bin"));
        Files.move(LabFolder.script(bin, "lab-systemctl"), bin.resolve("systemctl"));
        Path networkctl = Files.writeString(bin.resolve("networkctl"), "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(networkctl, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> lines = new ArrayList<>(List.of(settings));
        lines.add("PATH=" + bin + ":" + Requirements.path());
        lines.add("cgroup=" + host.cgroup());
        Files.write(host.folder().resolve("box.env"), lines);
    }

    /** The host: power, cable, address, processes. */
    public LabHost host() {
        return host;
    }

    /** Its hardware and its files. */
    public RecordedMachine machine() {
        return machine;
    }

    /** Where its engine listens, on this machine. */
    public URI engine() {
        return URI.create("unix://" + socket());
    }

    private Path socket() {
        return host.folder().resolve("docker.sock");
    }

    /** What its engine logged, over all its starts. */
    public Path engineLog() {
        return host.folder().resolve("docker.log");
    }

    /** Switches it on, and its services; returns without waiting for them. */
    public void boot() {
        host.boot();
        systemctl("--no-block", "start", "docker");
    }

    /** A power cut of the box: see {@link LabHost#powerOff}. */
    public void kill() {
        host.powerOff();
    }

    /** Power off and on; the disk stays. */
    public void reboot() {
        kill();
        boot();
    }

    /**
     * Waits until the engine answers.
     *
     * @throws LabException when it does not; the message names its log
     */
    public void awaitEngine() {
        try {
            EngineSocket.await(socket(), ENGINE, host::isUp);
        } catch (EngineSocket.SilentException | IOException silent) {
            throw new LabException("the engine of " + host + " does not answer; see " + engineLog(), silent);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while the engine of " + host + " started", stop);
        }
    }

    /**
     * What an operator types after {@code docker}; answers what it printed.
     *
     * @throws LabException when it fails
     */
    public String docker(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker", "--host", engine().toString()));
        command.addAll(List.of(arguments));
        return Commands.run(COMMAND, Map.of(), "", command);
    }

    /** What the agent asks the service manager; answers what it printed. */
    public String systemctl(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(host.folder().resolve("bin/systemctl").toString());
        command.addAll(List.of(arguments));
        return Commands.run(COMMAND, Map.of(), "", host.inside(command.toArray(String[]::new)));
    }

    /** Whether a service of it runs: {@code docker} or {@code rwo-agent}. */
    public boolean isActive(String service) {
        try {
            return host.isUp()
                    && !host.isPaused()
                    && systemctl("is-active", service).equals("active");
        } catch (LabException inactive) {
            return false;
        }
    }

    @Override
    public String toString() {
        return host.toString();
    }
}
