package dev.rwo.image.vm;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * A running virtual machine. Ends with {@link #close}, at the latest with the JVM; its disk stays, and the same
 * {@link MachineSpec} (not fresh) starts it again where it was.
 */
public final class QemuMachine implements AutoCloseable {
    static final String QEMU = "qemu-system-x86_64";

    private static final Duration CONTROL_PATIENCE = Duration.ofSeconds(30);
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

    private final MachineSpec spec;
    private final Process process;
    private final Control control;
    private final Backplane backplane;
    private final SerialLog serial;
    private final Thread lastResort;

    private QemuMachine(MachineSpec spec, Process process, Control control, SerialLog serial) {
        this.spec = spec;
        this.process = process;
        this.control = control;
        this.backplane = new Backplane(control, spec.slots());
        this.serial = serial;
        this.lastResort = Thread.ofPlatform().unstarted(process::destroyForcibly);
    }

    /**
     * Starts a machine, and returns once it runs its firmware. Logs are in the machine's directory: {@code serial.log},
     * {@code serial.raw}, {@code qemu.log}.
     *
     * @throws VmException if QEMU or its firmware is missing, a port is taken, the disk belongs to another image
     */
    public static QemuMachine start(MachineSpec spec) {
        Firmware firmware = Firmware.find();
        spec.forwards().keySet().forEach(QemuMachine::requireFree);
        MachineDisk.prepare(spec, firmware);
        Control control = Control.listen();
        try {
            return start(spec, firmware, control);
        } catch (RuntimeException e) {
            control.close();
            throw e;
        }
    }

    private static QemuMachine start(MachineSpec spec, Firmware firmware, Control control) {
        Path log = spec.directory().resolve("qemu.log");
        Process process;
        try {
            process = new ProcessBuilder(spec.command(firmware, control.socket()))
                    .redirectError(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new VmException(QEMU + " cannot be started; run: apt-get install qemu-system-x86", e);
        }
        QemuMachine machine = new QemuMachine(spec, process, control, new SerialLog());
        Runtime.getRuntime().addShutdownHook(machine.lastResort);
        Thread.ofVirtual()
                .name("qemu-serial")
                .start(() -> machine.serial.drain(
                        process.getInputStream(),
                        spec.directory().resolve("serial.raw"),
                        spec.directory().resolve("serial.log")));
        try {
            control.awaitReady(process.onExit(), CONTROL_PATIENCE);
            return machine;
        } catch (VmException e) {
            machine.kill();
            throw new VmException(e.getMessage() + ": " + firstLine(log) + " (" + log + ")", e);
        }
    }

    /** What was started. */
    public MachineSpec spec() {
        return spec;
    }

    /** What it says on its serial port. */
    public SerialLog serial() {
        return serial;
    }

    /** QEMU's process number. */
    public long pid() {
        return process.pid();
    }

    /** Processor time that QEMU used so far; zero if the host does not tell. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Whether it has not ended. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** Completes when it has ended, however that came. */
    public CompletableFuture<Void> onExit() {
        return process.onExit().thenAccept(ended -> {});
    }

    /**
     * Waits for a line on the serial port that contains the pattern; a line said before the call counts.
     *
     * @throws VmException if it does not come in time or the machine ends first; with the last lines that it said
     */
    public SerialLog.Line awaitSerialLine(Pattern pattern, Duration patience) {
        return awaitSerialLine(pattern, 0, patience);
    }

    /**
     * As {@link #awaitSerialLine(Pattern, Duration)}, for lines from a position on: the size of
     * {@link SerialLog#lines()} at an earlier time, to wait for something to be said again.
     */
    public SerialLog.Line awaitSerialLine(Pattern pattern, int from, Duration patience) {
        try {
            return serial.find(pattern, from).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted while waiting for '" + pattern + "'", e);
        } catch (TimeoutException e) {
            throw new VmException(
                    "the machine did not say '" + pattern + "' within " + patience.toSeconds() + " s; its last lines:\n"
                            + serial.tail(20),
                    e);
        } catch (ExecutionException e) {
            throw new VmException(
                    "the machine ended before it said '" + pattern + "'; its last lines:\n" + serial.tail(20), e);
        }
    }

    /**
     * Types a line on the serial port.
     *
     * @throws VmException if the machine has ended
     */
    public void type(String line) {
        try {
            OutputStream keyboard = process.getOutputStream();
            keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
        } catch (IOException e) {
            throw new VmException("the machine does not take input any more: " + e, e);
        }
    }

    /**
     * Waits until it has ended by itself.
     *
     * @throws VmException if it has not in time
     */
    public void awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new VmException("the machine did not end within " + patience.toSeconds() + " s; its last lines:\n"
                        + serial.tail(20));
            }
            forget();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted while waiting for the machine's end", e);
        }
    }

    /**
     * Presses the power button and waits until the guest has shut down.
     *
     * @throws VmException if it has not in time
     */
    public void powerDown(Duration patience) {
        control.execute("system_powerdown", null, CONTROL_PATIENCE);
        awaitExit(patience);
    }

    /** Presses the reset button: no flush, no goodbye, and the firmware starts again. */
    public void reset() {
        control.execute("system_reset", null, CONTROL_PATIENCE);
    }

    /** Pulls the plug: whatever the guest has not flushed is lost. Returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(KILL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new VmException("QEMU (process " + process.pid() + ") does not end");
            }
            serial.ended().get(KILL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new VmException("the serial port of an ended machine stays open", e);
        }
        forget();
    }

    /** Lets it stand still: it answers nobody, and its clocks stop. */
    public void pause() {
        control.execute("stop", null, CONTROL_PATIENCE);
    }

    /** Lets it go on after {@link #pause}. */
    public void resume() {
        control.execute("cont", null, CONTROL_PATIENCE);
    }

    /**
     * Pulls the machine's own network cable, or puts it back.
     *
     * @throws VmException if the machine shares no network with others
     */
    public void lanCable(boolean in) {
        control.execute(
                "set_link", Control.arguments().put("name", MachineSpec.LAN_ID).put("up", in), CONTROL_PATIENCE);
    }

    /**
     * Plugs something in. Returns when the machine has it, which is before the guest has noticed.
     *
     * @throws VmException if no slot is free, the name is taken, or QEMU refuses, for instance a file
     */
    public void attach(Peripheral peripheral) {
        backplane.attach(peripheral);
    }

    /**
     * Pulls something out. Returns when it is gone: a USB stick at once, a card when the guest has let go of it.
     *
     * @throws VmException if it is not plugged in, or the guest does not let go of it in time
     */
    public void detach(String id, Duration patience) {
        backplane.detach(id, patience);
    }

    /**
     * Pulls the cable out of a plugged-in network card, or puts it back.
     *
     * @throws VmException if there is no such card
     */
    public void link(String id, boolean up) {
        backplane.link(id, up);
    }

    /**
     * Changes a property of plugged-in hardware.
     *
     * @param property as QEMU calls it, such as {@code smart_critical_warning} of an NVMe drive
     * @throws VmException if there is no such hardware, property or value
     */
    public void set(String id, String property, long value) {
        backplane.set(id, property, value);
    }

    /**
     * Takes a picture of the display.
     *
     * @param file ends in {@code .png}, or in {@code .ppm} for a QEMU before 7.1
     * @throws VmException if the machine has ended or QEMU knows no such format
     */
    public void screenshot(Path file) {
        var arguments =
                Control.arguments().put("filename", file.toAbsolutePath().toString());
        if (file.toString().endsWith(".png")) {
            arguments.put("format", "png");
        }
        control.execute("screendump", arguments, CONTROL_PATIENCE);
    }

    /** Pulls the plug, if it still runs. The disk and the logs stay. */
    @Override
    public void close() {
        kill();
    }

    private void forget() {
        control.close();
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException e) {
            // The JVM is on its way out; the hook has run or will, on a process that is gone.
        }
    }

    /** QEMU would say it too, but not in words that help. */
    private static void requireFree(int port) {
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        } catch (IOException e) {
            throw new VmException("port " + port + " of 127.0.0.1 is in use or not allowed; choose another", e);
        }
    }

    private static String firstLine(Path log) {
        try (var lines = Files.lines(log, StandardCharsets.UTF_8)) {
            return lines.filter(line -> !line.contains("warning:")).findFirst().orElse("it gave no reason");
        } catch (IOException e) {
            return "its log cannot be read: " + e;
        }
    }
}
