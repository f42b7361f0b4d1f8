package dev.rwo.agent.host;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Tells systemd how the service is, by {@code sd_notify(3)}. */
public final class ServiceNotification {

    private static final Logger LOG = Logger.getLogger(ServiceNotification.class);

    private ServiceNotification() {}

    /** libsystemd, the part we use. */
    @SuppressWarnings("checkstyle:MethodName")
    public interface LibSystemd extends Library {

        /** See {@code sd_notify(3)}: positive when sent, 0 when nobody listens, negative errno otherwise. */
        int sd_notify(int unsetEnvironment, String state);
    }

    /**
     * The service is up. From now on also says in good time that it still works, where systemd asks for that
     * ({@code WatchdogSec=}): from a virtual thread, as all the agent's work is done by such, so that one that never gets
     * its turn is noticed. Does nothing when it was not started by a service manager.
     */
    public static void ready() {
        if (System.getenv("NOTIFY_SOCKET") == null || !tell("READY=1")) {
            return;
        }
        String microseconds = System.getenv("WATCHDOG_USEC");
        if (microseconds != null && microseconds.matches("[1-9]\\d{0,17}")) {
            // sd_watchdog_enabled(3) recommends half of the time.
            long half = Long.parseLong(microseconds) / 2;
            ScheduledFuture<?> _ = Executors.newSingleThreadScheduledExecutor(
                            Thread.ofVirtual().name("watchdog").factory())
                    .scheduleAtFixedRate(() -> tell("WATCHDOG=1"), half, half, TimeUnit.MICROSECONDS);
        }
    }

    private static boolean tell(String state) {
        try {
            int sent = Native.load("systemd", LibSystemd.class).sd_notify(0, state);
            if (sent < 0) {
                LOG.errorf("systemd does not take notifications: errno %d", -sent);
            }
            return sent >= 0;
        } catch (UnsatisfiedLinkError missing) {
            LOG.errorf("libsystemd.so.0 cannot be loaded, so systemd is not told that the agent is up: %s", missing);
            return false;
        }
    }
}
