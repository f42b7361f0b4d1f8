package dev.rwo.hardware.watch;

import com.sun.jna.Library;
import com.sun.jna.Pointer;

/** The C library, the part we use; sizes are those of 64 bits. Failures: -1, and errno by Native.getLastError(). */
interface LibC extends Library {
    /** See socket(2). */
    int socket(int domain, int type, int protocol);

    /** See bind(2). */
    int bind(int descriptor, Pointer address, int length);

    /** See setsockopt(2). */
    int setsockopt(int descriptor, int level, int option, Pointer value, int length);

    /** See recvfrom(2). */
    long recvfrom(int descriptor, Pointer buffer, long length, int flags, Pointer address, Pointer addressLength);

    /** See poll(2). */
    int poll(Pointer descriptors, long count, int milliseconds);

    /** See eventfd(2). */
    int eventfd(int initial, int flags);

    /** See write(2). */
    long write(int descriptor, Pointer bytes, long length);

    /** See close(2). */
    int close(int descriptor);
}
