package dev.rwo.image.build;

import java.io.IOException;
import java.time.Duration;

/** Tells the listener what starts, what was done in which time and what was not needed. */
record BuildSteps(ProgressListener listener) {

    @FunctionalInterface
    interface Action {
        void run() throws IOException, ImageBuildException;
    }

    void run(String step, Action action) throws IOException, ImageBuildException {
        listener.progress(step + " ...");
        long start = System.nanoTime();
        action.run();
        listener.progress(step + ": done in "
                + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
    }

    void skip(String step) {
        listener.progress(step + ": unchanged");
    }
}
