package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.transport.api.Message;
import java.io.IOException;

/** Messages to bytes and back, by the closed table {@link WireKind}. */
final class WireCodec {

    private WireCodec() {}

    static byte[] encode(Message message) {
        WireOutput output = new WireOutput();
        try {
            message.writeExternal(output);
        } catch (IOException e) {
            throw new IllegalStateException("A message of ours cannot be written: " + message.qualifier(), e);
        }
        return output.bytes();
    }

    /** scalecube's question for a member's digest; it has no constructor that we may call. */
    static Object question(Member member) {
        WireOutput output = new WireOutput();
        try {
            output.writeObject(member);
            byte[] bytes = output.bytes();
            return new WireInput(bytes, 0, bytes.length).fields(WireKind.METADATA_REQUEST);
        } catch (IOException e) {
            throw new IllegalStateException("A question for a digest cannot be made: " + member, e);
        }
    }

    /** Reads one message that fills the given bytes. */
    static Message decode(byte[] bytes, int offset, int length) throws RefusedException {
        WireInput input = new WireInput(bytes, offset, length);
        try {
            return input.message();
        } catch (IOException | RuntimeException e) {
            throw new RefusedException(Refusal.MALFORMED_MESSAGE, String.valueOf(e.getMessage()));
        }
    }
}
