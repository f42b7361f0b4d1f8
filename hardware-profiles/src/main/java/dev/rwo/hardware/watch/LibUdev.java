package dev.rwo.hardware.watch;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/** libudev(3), the part we use. */
@SuppressWarnings("checkstyle:MethodName")
interface LibUdev extends Library {
    /** See udev_new(3). */
    @Nullable
    Pointer udev_new();

    /** See udev_new(3). */
    @Nullable
    Pointer udev_unref(Pointer udev);

    /** See udev_monitor_new_from_netlink(3). */
    @Nullable
    Pointer udev_monitor_new_from_netlink(Pointer udev, String name);

    /** See udev_monitor_receive_device(3). */
    int udev_monitor_set_receive_buffer_size(Pointer monitor, int bytes);

    /** See udev_monitor_receive_device(3). */
    int udev_monitor_enable_receiving(Pointer monitor);

    /** See udev_monitor_receive_device(3). */
    int udev_monitor_get_fd(Pointer monitor);

    /** See udev_monitor_receive_device(3): null when there is none, and errno says why. */
    @Nullable
    Pointer udev_monitor_receive_device(Pointer monitor);

    /** See udev_monitor_new_from_netlink(3). */
    @Nullable
    Pointer udev_monitor_unref(Pointer monitor);

    /** See udev_device_get_syspath(3). */
    @Nullable
    String udev_device_get_action(Pointer device);

    /** See udev_device_get_syspath(3). */
    @Nullable
    String udev_device_get_devpath(Pointer device);

    /** See udev_device_get_syspath(3). */
    @Nullable
    String udev_device_get_subsystem(Pointer device);

    /** See udev_device_get_syspath(3). */
    @Nullable
    String udev_device_get_devtype(Pointer device);

    /** See udev_device_new_from_syspath(3). */
    @Nullable
    Pointer udev_device_unref(Pointer device);
}
