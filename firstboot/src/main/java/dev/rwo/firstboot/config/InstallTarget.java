package dev.rwo.firstboot.config;

/** Where a node that was started from a stick copies itself to. */
public sealed interface InstallTarget {

    /** Nowhere: it keeps running from the stick. */
    record None() implements InstallTarget {
        @Override
        public String toString() {
            return "none";
        }
    }

    /** To the one internal disk that fits and is empty. */
    record Auto() implements InstallTarget {
        @Override
        public String toString() {
            return "auto";
        }
    }

    /**
     * To this disk.
     *
     * @param device absolute path below {@code /dev}
     */
    record Disk(String device) implements InstallTarget {
        @Override
        public String toString() {
            return device;
        }
    }
}
