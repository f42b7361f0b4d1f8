package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.membership.MemberStatus;
import io.scalecube.cluster.transport.api.Message;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is inside scalecube's messages by letting them write themselves: their getters are package-private, and
 * this needs no reflection.
 */
final class RecordReader {

    /**
     * One line of a member's table, or one piece of news.
     *
     * @param author who told it as news; empty in a table
     * @param number the author's number of it
     * @param digest the {@link DigestMark} that came with it; empty where its teller did not know
     * @param gossip the news as scalecube has it; nothing in a table
     */
    record Entry(
            Member member,
            MemberStatus status,
            int incarnation,
            String author,
            long number,
            String digest,
            @Nullable Externalizable gossip) {

        Entry withDigest(String mark) {
            return new Entry(member, status, incarnation, author, number, mark, gossip);
        }
    }

    private RecordReader() {}

    /** The records in gossip or in a sync, empty for other messages. */
    static List<Entry> entries(Message message) {
        if (!(message.data() instanceof Externalizable data)) {
            return List.of();
        }
        return DigestMark.added(tap(message, data).entries, message.header(Qualifiers.DIGEST));
    }

    /** The member that a question for a digest, or its answer, is about; none in other messages. */
    static @Nullable Member subject(Message message) {
        if (!(message.data() instanceof Externalizable data)) {
            return null;
        }
        return tap(message, data).member;
    }

    /** The digest in an answer to a question for one, nothing in other messages. */
    static byte @Nullable [] digest(Message message) {
        return message.data() instanceof Externalizable data ? tap(message, data).bytes : null;
    }

    /** Which member passes this gossip on. */
    static String teller(Message gossip) {
        // Its name is the last text in it.
        return tap(gossip, gossip.data()).author;
    }

    private static Tap tap(Message message, Externalizable data) {
        Tap tap = new Tap();
        try {
            data.writeExternal(tap);
        } catch (IOException e) {
            throw new IllegalStateException("A message in memory cannot be read: " + message.qualifier(), e);
        }
        return tap;
    }

    /** Takes what it recognises and forgets the rest. */
    private static final class Tap implements ObjectOutput {

        private final List<Entry> entries = new ArrayList<>();
        private @Nullable Member member;
        private @Nullable MemberStatus status;
        private @Nullable Externalizable gossip;
        private byte @Nullable [] bytes;
        private String author = "";
        private String digest = "";

        @Override
        public void writeObject(@Nullable Object value) throws IOException {
            switch (value) {
                case Member one -> member = one;
                case MemberStatus one -> status = one;
                case Message inner -> {
                    digest = Objects.requireNonNullElse(inner.header(Qualifiers.DIGEST), "");
                    if (inner.data() instanceof Externalizable data) {
                        data.writeExternal(this);
                    }
                }
                case Externalizable fields -> {
                    gossip = fields;
                    fields.writeExternal(this);
                }
                case null, default -> {}
            }
        }

        /** The incarnation is the last field of a record; other ints are sizes and come before any member. */
        @Override
        public void writeInt(int value) {
            if (member != null && status != null) {
                entries.add(new Entry(member, status, value, author, 0, "", null));
                member = null;
                status = null;
            }
        }

        /** The author comes before the record. */
        @Override
        public void writeUTF(String text) {
            author = text;
        }

        /** The author's number comes after the record. */
        @Override
        public void writeLong(long value) {
            if (!entries.isEmpty()) {
                Entry last = entries.removeLast();
                entries.add(new Entry(
                        last.member(), last.status(), last.incarnation(), last.author(), value, digest, gossip));
            }
        }

        @Override
        public void write(int value) {}

        /** The only bytes that scalecube writes are a digest. */
        @Override
        public void write(byte[] values) {
            bytes = values;
        }

        @Override
        public void write(byte[] values, int offset, int length) {}

        @Override
        public void writeBoolean(boolean value) {}

        @Override
        public void writeByte(int value) {}

        @Override
        public void writeShort(int value) {}

        @Override
        public void writeChar(int value) {}

        @Override
        public void writeFloat(float value) {}

        @Override
        public void writeDouble(double value) {}

        @Override
        public void writeBytes(String value) {}

        @Override
        public void writeChars(String value) {}

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
