package dev.rwo.hardware.watch;

/** Somebody who tells of changes through a file descriptor. Used by one thread. */
interface EventSource extends AutoCloseable {
    /** What is heard, for example {@code udev events}. */
    String name();

    /** To poll for reading. */
    int descriptor();

    /**
     * Takes what has come, without waiting and not more than a few hundred events, so that nobody else starves.
     *
     * @throws WatchException when nothing more will ever come
     */
    void drain(Sink sink) throws WatchException;

    @Override
    void close();

    /** Where events go. */
    interface Sink {
        /** Something happened. */
        void event(String cause);

        /** The kernel dropped events. */
        void lost();
    }

    /** A source that cannot be opened or that broke; the message is one line. */
    final class WatchException extends Exception {
        private static final long serialVersionUID = 1L;

        WatchException(String problem) {
            super(problem, null, false, false);
        }
    }
}
