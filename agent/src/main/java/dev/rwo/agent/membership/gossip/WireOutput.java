package dev.rwo.agent.membership.gossip;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutput;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** What scalecube's types write themselves to: a number for the type, then its fields. */
@SuppressWarnings("EnumOrdinal") // they are the numbers on the wire
class WireOutput extends DataOutputStream implements ObjectOutput {

    WireOutput() {
        this(new ByteArrayOutputStream(256));
    }

    private WireOutput(OutputStream target) {
        super(target);
    }

    byte[] bytes() {
        return ((ByteArrayOutputStream) out).toByteArray();
    }

    @Override
    public void writeObject(@Nullable Object value) throws IOException {
        WireKind kind = WireKind.of(value);
        if (kind == null) {
            throw new NotSerializableException(String.valueOf(value));
        }
        writeByte(kind.ordinal());
        switch (value) {
            case null -> {}
            case String text -> writeUTF(text);
            case Enum<?> constant -> writeByte(constant.ordinal());
            case Externalizable fields -> fields.writeExternal(this);
            case NewsBundle bundle -> bundle.write(this);
            default -> throw new NotSerializableException(kind.name());
        }
    }
}
