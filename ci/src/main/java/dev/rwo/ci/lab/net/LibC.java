package dev.rwo.ci.lab.net;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/** The C library, the part we use; sizes are those of 64 bits. Failures: -1, and errno by Native.getLastError(). */
final class LibC {

    static final int INTERRUPTED = 4;
    static final int AGAIN = 11;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    /** See open(2). */
    static native int open(String path, int flags);

    /** See close(2). */
    static native int close(int descriptor);

    /** See setns(2). */
    static native int setns(int descriptor, int type);

    /** See ioctl(2). */
    static native int ioctl(int descriptor, long request, Pointer argument);

    /** See read(2); the buffer must be a direct one. */
    static native long read(int descriptor, ByteBuffer buffer, long length);

    /** See write(2); the buffer must be a direct one. */
    static native long write(int descriptor, ByteBuffer buffer, long length);

    /** See poll(2). */
    static native int poll(Pointer descriptors, long count, int milliseconds);

    /** See eventfd(2). */
    static native int eventfd(int initial, int flags);
}
