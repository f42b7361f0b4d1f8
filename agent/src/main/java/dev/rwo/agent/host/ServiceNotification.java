package dev.rwo.agent.host;

import com.sun.jna.Library;
import com.sun.jna.Native;
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

    /** The service is up. Does nothing when it was not started by a service manager. */
    public static void ready() {
        if (System.getenv("NOTIFY_SOCKET") == null) {
            return;
        }
        try {
            int sent = Native.load("systemd", LibSystemd.class).sd_notify(0, "READY=1");
            if (sent < 0) {
                LOG.errorf("systemd does not take notifications: errno %d", -sent);
            }
        } catch (UnsatisfiedLinkError missing) {
            LOG.errorf("libsystemd.so.0 cannot be loaded, so systemd is not told that the agent is up: %s", missing);
        }
    }
}
