package dev.rwo.image.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmProbeTest {
    @TempDir
    Path folder;

    private Path device;
    private Path bootId;

    @BeforeEach
    void makeAHost() throws IOException {
        device = Files.writeString(folder.resolve("kvm"), "");
        bootId = Files.writeString(folder.resolve("boot_id"), "boot-1\n");
    }

    @Test
    void aGuestThatRunsMeansKvm() throws IOException {
        assertThat(probe(qemuThatExits(33)).answer()).isEqualTo(Acceleration.KVM);
    }

    @Test
    void aGuestThatFailsMeansEmulationThoughTheDeviceOpens() throws IOException {
        assertThat(probe(qemuThatExits(134)).answer()).isEqualTo(Acceleration.TCG);
        assertThat(probe("/nonexistent/qemu").answer()).isEqualTo(Acceleration.TCG);
    }

    @Test
    void theAnswerIsKeptUntilTheHostIsBootedAgain() throws IOException {
        probe(qemuThatExits(33)).answer();
        assertThat(probe(qemuThatExits(1)).answer()).isEqualTo(Acceleration.KVM);
        Files.writeString(bootId, "boot-2\n");
        assertThat(probe(qemuThatExits(1)).answer()).isEqualTo(Acceleration.TCG);
    }

    @Test
    void aHostWithoutTheDeviceIsNotProbed() throws IOException {
        Files.delete(device);
        assertThat(probe(qemuThatExits(33)).answer()).isEqualTo(Acceleration.TCG);
        assertThat(folder.resolve("cache/kvm")).doesNotExist();
    }

    private KvmProbe probe(String qemu) {
        return new KvmProbe(device, bootId, folder.resolve("cache/kvm"), qemu);
    }

    private String qemuThatExits(int code) throws IOException {
        Path script = Files.writeString(folder.resolve("qemu-" + code), "#!/bin/sh\nexit " + code + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }
}
