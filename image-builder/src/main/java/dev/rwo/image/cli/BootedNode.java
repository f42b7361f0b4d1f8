package dev.rwo.image.cli;

import dev.rwo.image.vm.Acceleration;
import dev.rwo.image.vm.MachineSpec;
import dev.rwo.image.vm.QemuMachine;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A virtual machine with a node in it, and a person watching. */
final class BootedNode implements AutoCloseable {
    /** Orderly shutdown stops containers first, and under emulation everything takes its time. */
    private static final Duration SHUTDOWN_PATIENCE = Duration.ofMinutes(4);

    private final Workstation workstation;
    private final QemuMachine machine;

    private BootedNode(Workstation workstation, QemuMachine machine) {
        this.workstation = workstation;
        this.machine = machine;
    }

    /** Powers it on; its stages are told as they come. */
    static BootedNode powerOn(Workstation workstation, MachineSpec spec) {
        workstation.progress("Starting " + spec.image());
        if (spec.acceleration() == Acceleration.TCG) {
            workstation.progress("KVM does not work here, so the machine is emulated: count on minutes, not seconds.");
        }
        QemuMachine machine = QemuMachine.start(spec);
        workstation.progress("Serial log: " + spec.directory().resolve("serial.log"));
        machine.serial().onLine(line -> StageProgress.describe(line).ifPresent(workstation::progress));
        return new BootedNode(workstation, machine);
    }

    QemuMachine machine() {
        return machine;
    }

    /** Waits until a stage is usable. */
    void await(String stage, Duration patience) {
        machine.awaitSerialLine(StageProgress.usable(stage), patience);
    }

    /** Waits for the Enter key, then shuts down; without a keyboard, until the machine ends by itself. */
    void stayUntilTold() {
        workstation.progress("");
        workstation.progress("The machine runs. Enter shuts it down, Ctrl-C pulls its plug.");
        CompletableFuture<Boolean> enter = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("keyboard").start(() -> enter.complete(lineTyped()));
        CompletableFuture<Void> told =
                enter.thenCompose(typed -> typed ? CompletableFuture.<Void>completedFuture(null) : machine.onExit());
        CompletableFuture.anyOf(told, machine.onExit()).join();
        if (machine.isRunning()) {
            shutDown();
        }
    }

    void shutDown() {
        workstation.progress("Shutting down");
        machine.powerDown(SHUTDOWN_PATIENCE);
    }

    private boolean lineTyped() {
        try {
            return workstation.in().readLine() != null;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
