package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.fdetector.FailureDetectorImpl;
import io.scalecube.cluster.gossip.GossipProtocolImpl;
import io.scalecube.cluster.membership.MembershipProtocolImpl;
import io.scalecube.cluster.metadata.MetadataStoreImpl;
import io.scalecube.cluster.transport.api.Message;
import java.util.Map;

/** scalecube's names of messages, and what each carries. */
final class Qualifiers {

    static final String PING = FailureDetectorImpl.PING;
    static final String PING_REQ = FailureDetectorImpl.PING_REQ;
    static final String PING_ACK = FailureDetectorImpl.PING_ACK;
    static final String SYNC = MembershipProtocolImpl.SYNC;
    static final String SYNC_ACK = MembershipProtocolImpl.SYNC_ACK;
    static final String MEMBERSHIP_GOSSIP = MembershipProtocolImpl.MEMBERSHIP_GOSSIP;
    static final String GOSSIP_REQ = GossipProtocolImpl.GOSSIP_REQ;
    static final String METADATA_REQ = MetadataStoreImpl.GET_METADATA_REQ;
    static final String METADATA_RESP = MetadataStoreImpl.GET_METADATA_RESP;

    /** A message that carries anything else would throw in scalecube's loop and end it. */
    static final Map<String, WireKind> CARRIES = Map.of(
            PING, WireKind.PING,
            PING_REQ, WireKind.PING,
            PING_ACK, WireKind.PING,
            SYNC, WireKind.SYNC,
            SYNC_ACK, WireKind.SYNC,
            MEMBERSHIP_GOSSIP, WireKind.RECORD,
            GOSSIP_REQ, WireKind.GOSSIP_REQUEST,
            METADATA_REQ, WireKind.METADATA_REQUEST,
            METADATA_RESP, WireKind.METADATA_RESPONSE);

    /** A header of ours: of which incarnation a digest is wanted at least. */
    static final String INCARNATION = "incarnation";

    /** A header of ours on news and on tables: the {@link DigestMark} of each line. */
    static final String DIGEST = "digest";

    private static final int MAX_DIGITS = 10;

    private Qualifiers() {}

    /** The incarnation that a question for a digest asks for, 0 when it says none. */
    static int incarnation(Message question) {
        String text = question.header(INCARNATION);
        return text == null || text.length() > MAX_DIGITS || !text.chars().allMatch(Character::isDigit)
                ? 0
                : (int) Math.min(Integer.MAX_VALUE, Long.parseLong(text));
    }
}
