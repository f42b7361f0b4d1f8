package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.transport.api.Message;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectOutput;
import java.util.List;

/**
 * Several pieces of news in one message. scalecube reads such messages, but sends each piece in one of its own: at a start
 * of a hundred members these are more than all of them can read. It is written as scalecube's {@code GossipRequest},
 * which cannot be made from outside.
 */
final class NewsBundle {

    private final List<Externalizable> pieces;
    private final String teller;

    private NewsBundle(List<Externalizable> pieces, String teller) {
        this.pieces = pieces;
        this.teller = teller;
    }

    /** To be sent: only the wire can read it. */
    static Message message(List<Externalizable> pieces, String teller, String sender) {
        return message(new NewsBundle(pieces, teller), sender);
    }

    /** To be handed to scalecube. */
    static Message forScalecube(List<Externalizable> pieces, String teller, String sender) {
        return message(WireCodec.made(WireKind.GOSSIP_REQUEST, new NewsBundle(pieces, teller)::write), sender);
    }

    private static Message message(Object data, String sender) {
        return Message.withData(data)
                .qualifier(Qualifiers.GOSSIP_REQ)
                .sender(sender)
                .build();
    }

    /** As scalecube's {@code GossipRequest} writes itself. */
    void write(ObjectOutput out) throws IOException {
        out.writeInt(pieces.size());
        for (Externalizable piece : pieces) {
            out.writeObject(piece);
        }
        out.writeUTF(teller);
    }
}
