package dev.rwo.ci.sim;

/** A rule was broken: the run ends here. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Violation(String what) {
        super(what, null, false, false);
    }
}
