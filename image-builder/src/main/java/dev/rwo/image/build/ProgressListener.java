package dev.rwo.image.build;

/** Told how a build goes on. */
@FunctionalInterface
public interface ProgressListener {

    /**
     * Called from the thread that builds, when a step starts, ends or was not needed.
     *
     * @param line for a person to read, for example {@code "root file system and disk: done in 46 s"}
     */
    void progress(String line);
}
