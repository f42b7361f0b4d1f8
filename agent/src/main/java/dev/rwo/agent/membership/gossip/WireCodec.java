package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.transport.api.Message;
import java.io.Externalizable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    /** What a value of scalecube's writes to the wire. */
    interface Fields {
        void writeTo(WireOutput output) throws IOException;
    }

    /** A value of scalecube's from its fields, where it has no constructor that we may call. */
    static Object made(WireKind kind, Fields fields) {
        return made(kind, fields, new WireOutput());
    }

    /** The same, written by an output that may change it on the way. */
    static Object made(WireKind kind, Fields fields, WireOutput output) {
        try {
            fields.writeTo(output);
            byte[] bytes = output.bytes();
            return new WireInput(bytes, 0, bytes.length).fields(kind);
        } catch (IOException e) {
            throw new IllegalStateException("A " + kind + " cannot be made", e);
        }
    }

    /** scalecube's question for a member's digest. */
    static Object question(Member member) {
        return made(WireKind.METADATA_REQUEST, output -> output.writeObject(member));
    }

    /** The answer that a member's digest is not known. */
    static Object noDigest(Member member) {
        return made(WireKind.METADATA_RESPONSE, output -> {
            output.writeObject(member);
            output.writeInt(0);
        });
    }

    /** What a ping carries when it was answered, nothing when it is for another boot than this. */
    static Optional<Object> answer(Message ping, String boot) {
        Answer output = new Answer(boot);
        Externalizable asked = ping.data();
        Object answer = made(WireKind.PING, asked::writeExternal, output);
        return output.asked ? Optional.of(answer) : Optional.empty();
    }

    /** Writes a ping down as its answer: of its four fields the second is whom it asks, the last what was answered. */
    private static final class Answer extends WireOutput {

        private static final int WHOM = 2;
        private static final int ANSWERED = 4;

        private final String boot;
        private int depth;
        private int field;
        private boolean asked;

        private Answer(String boot) {
            this.boot = boot;
        }

        @Override
        public void writeObject(@Nullable Object value) throws IOException {
            if (depth++ == 0) {
                field++;
            }
            boolean own = depth == 1;
            if (own && field == WHOM) {
                asked = value instanceof Member member && member.id().equals(boot);
            }
            super.writeObject(own && field == ANSWERED ? WireKind.constant(WireKind.ACK, 0) : value);
            depth--;
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
