package dev.rwo.agent.host;

/** A system command failed or took too long. */
public final class HostCommandException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String lastLine;

    /**
     * With how it ended.
     *
     * @param command the program
     * @param what how it ended
     * @param lastLine the last line that it printed, empty for none
     */
    public HostCommandException(String command, String what, String lastLine) {
        super(command + " " + what + (lastLine.isEmpty() ? "" : ": " + lastLine));
        this.lastLine = lastLine.isEmpty() ? what : lastLine;
    }

    /** The last line that the command printed, or how it ended when it printed nothing. */
    public String lastLine() {
        return lastLine;
    }
}
