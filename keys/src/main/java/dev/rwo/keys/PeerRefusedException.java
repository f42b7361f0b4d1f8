package dev.rwo.keys;

import java.security.cert.CertificateException;

/** The other side's certificate was refused; found among the causes of a failed handshake. */
public final class PeerRefusedException extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final PeerVerdict.Reason reason;

    PeerRefusedException(PeerVerdict.Refused refused) {
        super(refused.line());
        this.reason = refused.reason();
    }

    PeerRefusedException(String message, CertificateException cause) {
        super(message, cause);
        this.reason = PeerVerdict.Reason.MALFORMED;
    }

    /** Why. */
    public PeerVerdict.Reason reason() {
        return reason;
    }
}
