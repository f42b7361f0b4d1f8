package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.transport.api.Message;
import java.io.Externalizable;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Tells in news of a living member, and in tables, which digest belongs to it. Each suspicion that a member refutes gives it a new
 * incarnation, and scalecube asks for the digest of each incarnation: among two hundred members on a busy machine that is
 * ten thousand questions in five seconds for what did not change.
 */
final class DigestMark {

    private static final int LENGTH = 8;
    private static final String UNKNOWN = "-".repeat(LENGTH);

    /** A table of a thousand members. */
    static final int LONGEST = 1024 * LENGTH;

    private DigestMark() {}

    /** The mark of a digest: eight hexadecimal digits. One change in four thousand million is not seen by it. */
    static String of(byte[] digest) {
        CRC32C sum = new CRC32C();
        sum.update(digest);
        return "%08x".formatted(sum.getValue());
    }

    /** The marks of a table's lines in one text, in their order; empty for a line whose digest is not known. */
    static String joined(List<String> marks) {
        return marks.stream().map(mark -> mark.isEmpty() ? UNKNOWN : mark).collect(Collectors.joining());
    }

    /** A table's lines with the marks that came with it, if any did. */
    static List<RecordReader.Entry> added(List<RecordReader.Entry> table, @Nullable String marks) {
        if (marks == null || marks.length() != table.size() * LENGTH) {
            return table;
        }
        return IntStream.range(0, table.size())
                .mapToObj(line -> {
                    String mark = marks.substring(line * LENGTH, (line + 1) * LENGTH);
                    return mark.equals(UNKNOWN)
                            ? table.get(line)
                            : table.get(line).withDigest(mark);
                })
                .toList();
    }

    /** The same news with the mark of the digest that belongs to it. */
    static Externalizable marked(Externalizable news, String mark) {
        return (Externalizable) WireCodec.made(WireKind.GOSSIP, news::writeExternal, new Marking(mark));
    }

    private static final class Marking extends WireOutput {

        private final String mark;

        private Marking(String mark) {
            this.mark = mark;
        }

        @Override
        public void writeObject(@Nullable Object value) throws IOException {
            super.writeObject(
                    value instanceof Message message
                            ? Message.with(message)
                                    .header(Qualifiers.DIGEST, mark)
                                    .build()
                            : value);
        }
    }
}
