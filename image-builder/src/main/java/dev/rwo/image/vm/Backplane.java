package dev.rwo.image.vm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where things are plugged into a running machine: PCI Express slots and the ports of a USB 3 controller. Everything
 * plugged in has two halves: the device that the guest sees, and the file or network behind it on the host.
 */
final class Backplane {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String USB = "usb";

    /**
     * Room for the memory windows of what may come, in MiB: a card with 16 MiB of video memory, aligned to its size. The
     * firmware's own guess is 2 MiB, and a card without its window is seen but has no driver.
     */
    private static final int SLOT_MEMORY_MIB = 32;

    private record Plugged(Peripheral peripheral, String bus) {}

    private final Control control;
    private final Deque<String> free = new ArrayDeque<>();
    private final Map<String, Plugged> plugged = new HashMap<>();

    Backplane(Control control, int slots) {
        this.control = control;
        free.addAll(slotNames(slots));
    }

    /** What a machine is started with, so that it has these slots and a USB 3 controller beside them. */
    static List<String> options(int slots) {
        List<String> options = new ArrayList<>();
        if (slots > 0) {
            options.addAll(List.of("-device", "qemu-xhci,id=" + USB));
        }
        for (String slot : slotNames(slots)) {
            // The number of the chassis has to differ, and nothing is in slot 0 of any of them.
            options.addAll(List.of(
                    "-device",
                    "pcie-root-port,id=" + slot + ",chassis=" + slot.substring("slot".length()) + ",mem-reserve="
                            + SLOT_MEMORY_MIB + "M"));
        }
        return options;
    }

    private static List<String> slotNames(int slots) {
        return IntStream.rangeClosed(1, slots)
                .mapToObj(number -> "slot" + number)
                .toList();
    }

    /**
     * Plugs it in; returns when the machine has it, which is before the guest has noticed.
     *
     * @throws VmException if there is no free slot, the name is taken, or QEMU refuses, for instance a file
     */
    synchronized void attach(Peripheral peripheral) {
        if (plugged.containsKey(peripheral.id())) {
            throw new VmException(
                    "'" + peripheral.id() + "' is plugged in already; pull it out or choose another name");
        }
        String bus = busFor(peripheral);
        connect(peripheral);
        try {
            control.execute("device_add", device(peripheral, bus), PATIENCE);
        } catch (VmException e) {
            disconnectAfter(e, peripheral);
            throw e;
        }
        free.remove(bus);
        plugged.put(peripheral.id(), new Plugged(peripheral, bus));
    }

    /**
     * Pulls it out; returns when it is gone. A USB stick goes at once, a card when the guest has let go of it.
     *
     * @throws VmException if it is not plugged in, or the guest does not let go of it in time: it may have no driver for
     *     that yet
     */
    synchronized void detach(String id, Duration patience) {
        Plugged pulled = require(id);
        CompletableFuture<JsonNode> gone =
                control.event(message -> message.path("event").asText().equals("DEVICE_DELETED")
                        && message.path("data").path("device").asText().equals(device(id)));
        try {
            control.execute("device_del", Control.arguments().put("id", device(id)), PATIENCE);
            gone.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted while '" + id + "' was pulled out", e);
        } catch (ExecutionException e) {
            throw new VmException("the machine ended while '" + id + "' was pulled out", e);
        } catch (TimeoutException e) {
            throw new VmException(
                    "the guest did not let go of '" + id + "' within " + patience.toSeconds() + " s; is its system up?",
                    e);
        } finally {
            gone.cancel(false);
        }
        plugged.remove(id);
        if (!pulled.bus.equals(usbBus())) {
            free.addFirst(pulled.bus);
        }
        disconnect(pulled.peripheral);
    }

    /** Pulls the cable out of a network card, or puts it back. */
    synchronized void link(String id, boolean up) {
        require(id);
        control.execute("set_link", Control.arguments().put("name", device(id)).put("up", up), PATIENCE);
    }

    /** Changes what the hardware itself says. */
    synchronized void set(String id, String property, long value) {
        require(id);
        control.execute(
                "qom-set",
                Control.arguments()
                        .put("path", "/machine/peripheral/" + device(id))
                        .put("property", property)
                        .put("value", value),
                PATIENCE);
    }

    private Plugged require(String id) {
        @Nullable Plugged found = plugged.get(id);
        if (found == null) {
            throw new VmException("nothing called '" + id + "' is plugged in; there is " + plugged.keySet());
        }
        return found;
    }

    private String busFor(Peripheral peripheral) {
        if (peripheral instanceof Peripheral.UsbStick) {
            return usbBus();
        }
        String slot = free.peekFirst();
        if (slot == null) {
            throw new VmException(
                    "no free slot for '" + peripheral.id() + "'; start the machine with more, or pull something out");
        }
        return slot;
    }

    private static String usbBus() {
        return USB + ".0";
    }

    /** QEMU's name for the guest's half. Never the bare name: QEMU 7.2 dies of an NVMe drive that is called "drive". */
    private static String device(String id) {
        return "plugged-" + id;
    }

    /** QEMU's name for the host's half. */
    private static String backend(Peripheral peripheral) {
        return peripheral.id() + "-host";
    }

    private static ObjectNode device(Peripheral peripheral, String bus) {
        ObjectNode device =
                Control.arguments().put("id", device(peripheral.id())).put("bus", bus);
        return switch (peripheral) {
            case Peripheral.UsbStick stick ->
                device.put("driver", "usb-storage").put("drive", backend(stick)).put("serial", stick.id());
            case Peripheral.NvmeDrive drive ->
                device.put("driver", "nvme").put("drive", backend(drive)).put("serial", drive.id());
            case Peripheral.NetworkCard card ->
                device.put("driver", "e1000").put("netdev", backend(card)).put("romfile", "");
            case Peripheral.GraphicsCard card -> device.put("driver", "bochs-display");
        };
    }

    private void connect(Peripheral peripheral) {
        switch (peripheral) {
            case Peripheral.UsbStick stick -> openFile(stick, stick.image());
            case Peripheral.NvmeDrive drive -> openFile(drive, drive.image());
            case Peripheral.NetworkCard card ->
                control.execute(
                        "netdev_add",
                        Control.arguments()
                                .put("type", "user")
                                .put("id", backend(card))
                                .put("net", "10.0.7.0/24")
                                .put("restrict", true),
                        PATIENCE);
            case Peripheral.GraphicsCard card -> {}
        }
    }

    private void openFile(Peripheral peripheral, Path image) {
        ObjectNode open =
                Control.arguments().put("node-name", backend(peripheral)).put("driver", "raw");
        open.putObject("file")
                .put("driver", "file")
                .put("filename", image.toAbsolutePath().toString());
        control.execute("blockdev-add", open, PATIENCE);
    }

    private void disconnect(Peripheral peripheral) {
        switch (peripheral) {
            case Peripheral.UsbStick stick -> closeFile(stick);
            case Peripheral.NvmeDrive drive -> closeFile(drive);
            case Peripheral.NetworkCard card ->
                control.execute("netdev_del", Control.arguments().put("id", backend(card)), PATIENCE);
            case Peripheral.GraphicsCard card -> {}
        }
    }

    /** So that the reason why it came to that is what is told. */
    private void disconnectAfter(VmException failure, Peripheral peripheral) {
        try {
            disconnect(peripheral);
        } catch (VmException e) {
            failure.addSuppressed(e);
        }
    }

    private void closeFile(Peripheral peripheral) {
        control.execute("blockdev-del", Control.arguments().put("node-name", backend(peripheral)), PATIENCE);
    }
}
