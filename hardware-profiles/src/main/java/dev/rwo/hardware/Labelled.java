package dev.rwo.hardware;

/** An enum constant with the word that labels and JSON use for it. */
public interface Labelled {
    /** The word, in lower case; the same for ever once published. */
    String label();
}
