package dev.rwo.firstboot.config;

/**
 * One mistake in a settings file and what to do about it.
 *
 * @param file the name of the file as the operator knows it
 * @param line from 1; 0 when the problem is not at one place
 * @param column from 1; 0 when the problem is not at one place
 * @param key path of the key, such as {@code network.address}; empty when it is none in particular
 * @param message what is wrong, one line, never a secret
 * @param remedy what to write instead, one line
 */
public record ConfigProblem(String file, int line, int column, String key, String message, String remedy) {

    /** One line: {@code rwo.yaml:12:3: network.address: 1.2.3 is not an ... ; write ...}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line).append(':').append(column);
        }
        text.append(": ");
        if (!key.isEmpty()) {
            text.append(key).append(": ");
        }
        return text.append(message).append("; ").append(remedy).toString();
    }
}
