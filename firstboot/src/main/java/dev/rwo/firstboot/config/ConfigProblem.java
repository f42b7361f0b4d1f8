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

    /** A problem of a whole file or directory. */
    public static ConfigProblem of(String file, String message, String remedy) {
        return new ConfigProblem(file, 0, 0, "", message, remedy);
    }

    /** One line: {@code rwo.yaml:12:3: network.address: 1.2.3 is not an ...}. */
    public String withoutRemedy() {
        StringBuilder text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line).append(':').append(column);
        }
        text.append(": ");
        if (!key.isEmpty()) {
            text.append(key).append(": ");
        }
        return text.append(message).toString();
    }

    /** One line: {@link #withoutRemedy()} and, after a semicolon, the remedy. */
    @Override
    public String toString() {
        return withoutRemedy() + "; " + remedy;
    }
}
