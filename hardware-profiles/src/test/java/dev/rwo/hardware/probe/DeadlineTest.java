package dev.rwo.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.testing.MachineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices that do not answer. */
@Timeout(60)
class DeadlineTest {
    private final Asking asking = new Asking(Duration.ofMillis(200));

    /** Hangs whoever reads one file, as a kernel does that waits for a device. */
    private static final class Hanging extends Tape {
        private final String hangs;
        private final AtomicInteger readers = new AtomicInteger();
        private final CountDownLatch answer = new CountDownLatch(1);

        Hanging(String hangs) {
            this.hangs = hangs;
        }

        @Override
        public void read(String path, byte[] content) {
            if (path.equals(hangs)) {
                readers.incrementAndGet();
                try {
                    answer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @Test
    void diskThatHangsIsUnknownAndEverythingElseIsKnown(@TempDir Path root) {
        Hanging disk = new Hanging("sys/block/sda/device/model");
        HardwareProbe probe = new HardwareProbe(tree(root, disk), asking);

        HardwareProfile profile = probe.probe();

        List<HardwareProfile.Disk> disks = profile.storage().disks().orElse(List.of());
        assertThat(disks).extracting(HardwareProfile.Disk::name).containsExactly("nvme0n1", "sda");
        assertThat(disks.get(0).model().isKnown()).isTrue();
        assertThat(disks.get(1).model()).isEqualTo(Fact.unknown("disk sda did not answer within 200 ms"));
        assertThat(profile.nics().orElse(List.of())).isNotEmpty();
        assertThat(profile.cpu().brand().isKnown()).isTrue();
        disk.answer.countDown();
    }

    @Test
    void hangingDiskIsAskedOnceAndKnownAgainWhenItAnswers(@TempDir Path root) {
        Hanging disk = new Hanging("sys/block/sda/device/model");
        HardwareProbe probe = new HardwareProbe(tree(root, disk), asking);

        probe.probe();
        probe.probe();
        HardwareProfile third = probe.sweep();

        assertThat(disk.readers).hasValue(1);
        assertThat(asking.unanswered()).isEqualTo(1);
        assertThat(third.storage().disks().orElse(List.of()).get(1).model())
                .isEqualTo(Fact.unknown("disk sda has not answered since it was asked before"));
        disk.answer.countDown();
        while (asking.unanswered() > 0) {
            Thread.onSpinWait();
        }
        assertThat(probe.sweep().storage().disks().orElse(List.of()).get(1).model())
                .isEqualTo(Fact.known("ST1000DM003"));
    }

    @Test
    void processorThatHangsLeavesTheRest(@TempDir Path root) {
        Hanging processor = new Hanging("proc/cpuinfo");

        HardwareProfile profile = new HardwareProbe(tree(root, processor), asking).probe();

        assertThat(profile.cpu().brand().isKnown()).isFalse();
        assertThat(profile.memory().visibleBytes().isKnown()).isTrue();
        processor.answer.countDown();
    }

    @Test
    void readerThatFailsIsAReasonAndNoException() {
        Fact<String> answer = asking.ask(
                "the moon",
                () -> {
                    throw new IllegalStateException("made of cheese");
                },
                Fact::unknown);

        assertThat(answer)
                .isEqualTo(
                        Fact.unknown("the probe failed on the moon: java.lang.IllegalStateException: made of cheese"));
    }

    @Test
    void oneHangingThingHoldsOneReaderHoweverManyThereAre() {
        CountDownLatch never = new CountDownLatch(1);
        Asking impatient = new Asking(Duration.ofMillis(1));
        for (int thing = 0; thing < 100; thing++) {
            Fact<String> answer = impatient.ask(
                    "thing " + thing,
                    () -> {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return Fact.known("late");
                    },
                    Fact::unknown);
            assertThat(answer.isKnown()).isFalse();
        }
        assertThat(impatient.unanswered()).isEqualTo(64);
        never.countDown();
    }

    @Test
    void sweepSeesWhatChangedAndKeepsTheRest(@TempDir Path root) throws IOException {
        MachineFile.layOut("till-box", root);
        HardwareProbe probe = new HardwareProbe(root);
        HardwareProfile before = probe.probe();
        assertThat(probe.sweep()).isEqualTo(before);

        Files.writeString(root.resolve("sys/class/net/enp1s0/carrier"), "0");
        Files.writeString(root.resolve("sys/bus/usb/devices/1-2/idVendor"), "0951");
        Files.writeString(root.resolve("sys/bus/usb/devices/1-2/devnum"), "99");
        HardwareProfile after = probe.sweep();

        assertThat(before.power().upsOnUsb()).isEqualTo(Fact.known(true));
        assertThat(after.power().upsOnUsb()).isEqualTo(Fact.known(false));
        assertThat(after.nics().orElse(List.of()).getFirst().link()).isEqualTo(Fact.known(false));
        assertThat(after.cpu()).isEqualTo(before.cpu());
        assertThat(after).isEqualTo(probe.probe());
    }

    private static MachineTree tree(Path root, Witness witness) {
        return new MachineTree(MachineFile.layOut("i5-desktop", root), witness);
    }
}
