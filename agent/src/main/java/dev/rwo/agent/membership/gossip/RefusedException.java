package dev.rwo.agent.membership.gossip;

import java.io.Serial;

/** Something that arrived is refused. The only thing that parsing what others sent may throw. */
final class RefusedException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final Refusal reason;

    RefusedException(Refusal reason, String detail) {
        // Without a stack trace: whoever can make us refuse shall not make us pay for it.
        super(detail, null, false, false);
        this.reason = reason;
    }

    Refusal reason() {
        return reason;
    }
}
