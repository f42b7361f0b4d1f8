package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.transport.api.Message;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.StreamCorruptedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What scalecube's types read themselves from. It knows what each may contain, and in which order, so that nothing
 * unexpected ever reaches them: no type in a wrong place, no absent field, no size that the bytes do not bear out.
 * scalecube's own reading trusts sizes, and its loops end for good at the first exception.
 */
final class WireInput implements ObjectInput {

    /** IDs, addresses, correlation IDs and qualifiers are far shorter. */
    private static final int MAX_TEXT = 128;

    private static final int MAX_HEADERS = 4;
    /** No record, gossip or header is shorter. */
    private static final int MIN_ELEMENT = 4;

    private static final Set<String> HEADERS = Set.of(
            Message.HEADER_QUALIFIER,
            Message.HEADER_CORRELATION_ID,
            Message.HEADER_SENDER,
            Qualifiers.INCARNATION,
            Qualifiers.DIGEST);

    /** One value that is being read, and how far it is. */
    private static final class Frame {
        private final WireKind kind;
        private int children;
        private int size = -1;
        private String header = "";
        private final Map<String, String> headers = new HashMap<>();

        private Frame(WireKind kind) {
            this.kind = kind;
        }
    }

    private final ByteArrayInputStream bytes;
    private final DataInputStream data;
    private final Deque<Frame> open = new ArrayDeque<>();

    WireInput(byte[] all, int offset, int length) {
        bytes = new ByteArrayInputStream(all, offset, length);
        data = new DataInputStream(bytes);
    }

    Message message() throws IOException {
        Message message = (Message) fields(WireKind.MESSAGE);
        if (bytes.available() > 0) {
            throw new StreamCorruptedException(bytes.available() + " bytes left over");
        }
        return message;
    }

    @Override
    public @Nullable Object readObject() throws IOException {
        Frame parent = open.element();
        Set<WireKind> allowed = allowed(parent);
        int tag = data.readUnsignedByte();
        WireKind kind = WireKind.of(tag);
        if (kind == null || !allowed.contains(kind)) {
            throw new StreamCorruptedException("type " + tag + " inside " + parent.kind);
        }
        Object value = switch (kind) {
            case NOTHING -> null;
            case TEXT -> text(parent.header.equals(Qualifiers.DIGEST) ? DigestMark.LONGEST : MAX_TEXT);
            case STATUS, ACK -> constant(kind);
            default -> fields(kind);
        };
        if (parent.kind == WireKind.MESSAGE && value instanceof String text) {
            parent.headers.put(parent.header, text);
        }
        parent.children++;
        return value;
    }

    private Object constant(WireKind kind) throws IOException {
        int ordinal = data.readUnsignedByte();
        Object constant = WireKind.constant(kind, ordinal);
        if (constant == null) {
            throw new StreamCorruptedException(kind + " " + ordinal);
        }
        return constant;
    }

    /** A value of this kind, from its fields. */
    Externalizable fields(WireKind kind) throws IOException {
        Externalizable made = kind.make();
        Frame frame = new Frame(kind);
        open.push(frame);
        try {
            made.readExternal(this);
        } catch (ClassNotFoundException e) {
            throw new StreamCorruptedException(e.getMessage());
        }
        open.pop();
        if (kind == WireKind.GOSSIP_REQUEST && frame.children == 0) {
            throw new StreamCorruptedException("gossip without news");
        }
        return made;
    }

    /** What may come next inside the given value. */
    private Set<WireKind> allowed(Frame inside) throws StreamCorruptedException {
        return switch (inside.kind) {
            case RECORD -> Set.of(inside.children == 0 ? WireKind.MEMBER : WireKind.STATUS);
            case SYNC -> Set.of(WireKind.RECORD);
            case GOSSIP -> Set.of(WireKind.MESSAGE);
            case GOSSIP_REQUEST -> Set.of(WireKind.GOSSIP);
            case METADATA_REQUEST, METADATA_RESPONSE -> Set.of(WireKind.MEMBER);
            case PING ->
                switch (inside.children) {
                    case 0, 1 -> Set.of(WireKind.MEMBER);
                    case 2 -> EnumSet.of(WireKind.MEMBER, WireKind.NOTHING);
                    default -> EnumSet.of(WireKind.ACK, WireKind.NOTHING);
                };
            case MESSAGE ->
                inside.children < inside.size ? EnumSet.of(WireKind.TEXT, WireKind.NOTHING) : carried(inside);
            case NOTHING, TEXT, STATUS, ACK, MEMBER -> Set.of();
        };
    }

    private Set<WireKind> carried(Frame message) throws StreamCorruptedException {
        String qualifier = message.headers.getOrDefault(Message.HEADER_QUALIFIER, "");
        boolean gossiped = open.size() > 1;
        WireKind kind = Qualifiers.CARRIES.get(qualifier);
        if (kind == null || gossiped != qualifier.equals(Qualifiers.MEMBERSHIP_GOSSIP)) {
            throw new StreamCorruptedException(gossiped ? "news of another kind" : "a message of another kind");
        }
        boolean anonymous = !gossiped && !message.headers.containsKey(Message.HEADER_SENDER);
        boolean asks = qualifier.equals(Qualifiers.PING)
                || qualifier.equals(Qualifiers.PING_REQ)
                || qualifier.equals(Qualifiers.METADATA_REQ);
        if (anonymous || (asks && !message.headers.containsKey(Message.HEADER_CORRELATION_ID))) {
            throw new StreamCorruptedException(qualifier + " without its headers");
        }
        return Set.of(kind);
    }

    /** Sizes come as ints; the incarnation of a record and nothing else is an int that is no size. */
    @Override
    public int readInt() throws IOException {
        int value = data.readInt();
        Frame inside = open.element();
        if (inside.kind == WireKind.RECORD) {
            return value;
        }
        int unit = inside.kind == WireKind.METADATA_RESPONSE ? 1 : MIN_ELEMENT;
        if (value < 0 || value > bytes.available() / unit || (inside.kind == WireKind.MESSAGE && value > MAX_HEADERS)) {
            throw new StreamCorruptedException(inside.kind + " of size " + value);
        }
        inside.size = value;
        return value;
    }

    /** Bare text is a field, or the name of a header. */
    @Override
    public String readUTF() throws IOException {
        String text = text(MAX_TEXT);
        Frame inside = open.element();
        if (inside.kind == WireKind.MESSAGE) {
            if (!HEADERS.contains(text) || inside.headers.containsKey(text)) {
                throw new StreamCorruptedException("an unknown header");
            }
            inside.header = text;
        }
        return text;
    }

    private String text(int longest) throws IOException {
        bytes.mark(Short.BYTES);
        int length = data.readUnsignedShort();
        bytes.reset();
        if (length > longest) {
            throw new StreamCorruptedException("text of " + length + " bytes");
        }
        return data.readUTF();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return data.readBoolean();
    }

    @Override
    public long readLong() throws IOException {
        return data.readLong();
    }

    @Override
    public void readFully(byte[] target) throws IOException {
        data.readFully(target);
    }

    // scalecube's types use nothing of what follows; each is bounded by the bytes that are there.

    @Override
    public int read() {
        return bytes.read();
    }

    @Override
    public int read(byte[] target) {
        return bytes.read(target, 0, target.length);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        return bytes.read(target, offset, length);
    }

    @Override
    public long skip(long count) {
        return bytes.skip(count);
    }

    @Override
    public int available() {
        return bytes.available();
    }

    @Override
    public void close() {
        open.clear();
    }

    @Override
    public void readFully(byte[] target, int offset, int length) throws IOException {
        data.readFully(target, offset, length);
    }

    @Override
    public int skipBytes(int count) {
        return (int) bytes.skip(count);
    }

    @Override
    public byte readByte() throws IOException {
        return data.readByte();
    }

    @Override
    public int readUnsignedByte() throws IOException {
        return data.readUnsignedByte();
    }

    @Override
    public short readShort() throws IOException {
        return data.readShort();
    }

    @Override
    public int readUnsignedShort() throws IOException {
        return data.readUnsignedShort();
    }

    @Override
    public char readChar() throws IOException {
        return data.readChar();
    }

    @Override
    public float readFloat() throws IOException {
        return data.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return data.readDouble();
    }

    @Override
    public String readLine() throws IOException {
        throw new StreamCorruptedException("a line of text");
    }
}
