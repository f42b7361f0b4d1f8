package dev.rwo.agent.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HardwareInboxTest {

    private final HardwareInbox inbox = new HardwareInbox();

    @Test
    void theFirstLookIsOfEverything() {
        assertThat(inbox.drain()).isEqualTo(new HardwareInbox.Heard(true, false, "start"));
        assertThat(inbox.drain()).isEqualTo(new HardwareInbox.Heard(false, true, "sweep"));
    }

    @Test
    void aDeviceMakesItLookAtEverythingARuleDoesNot() {
        inbox.drain();
        inbox.put("label rules changed", false);
        assertThat(inbox.drain()).isEqualTo(new HardwareInbox.Heard(false, false, "label rules changed"));
        inbox.put("add usb 1-2", true);
        assertThat(inbox.drain()).isEqualTo(new HardwareInbox.Heard(true, false, "add usb 1-2"));
    }

    @Test
    void tenThousandEventsAreOneCauseOfBoundedLength() {
        inbox.drain();
        for (int device = 0; device < 10_000; device++) {
            inbox.put("add usb 1-" + device, true);
        }
        assertThat(inbox.drain().cause()).startsWith("add usb 1-0, add usb 1-1").endsWith("add usb 1-7 and 9992 more");
    }
}
