package dev.rwo.agent.membership.gossip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection. Both sides begin with four letters and a challenge, then each proves by an empty frame that it holds a
 * key of the site, then frames of messages follow. The first invalid thing that arrives closes the connection.
 *
 * <p>The event loop is its only user.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails in a channel closes it, and that is seen
final class GossipChannel extends ByteToMessageDecoder {

    /** What a connection does with what it receives. */
    interface Owner {

        /** The other side proved that it holds a key of the site. */
        void proved(GossipChannel channel);

        /** One encoded message arrived. */
        void received(GossipChannel channel, byte[] bytes, int offset, int length) throws RefusedException;

        /** It is closed. */
        void closed(GossipChannel channel);

        /** It is closed for this reason. */
        void refused(GossipChannel channel, Refusal reason, String detail);
    }

    static final byte[] MAGIC = {'R', 'W', 'O', '1'};
    /**
     * For how long messages gather into one frame. scalecube sends each piece of news as a message of its own, a few
     * dozen in a row at a start; sealing and sending them one by one is what made its start a storm.
     */
    private static final Duration GATHER = Duration.ofMillis(2);

    private static final int LENGTH_BYTES = Integer.BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Owner owner;
    private final KeyRing ring;
    private final String site;
    private final GossipSettings.Limits limits;
    private final boolean connected;
    private final byte[] challenge = new byte[Sealer.CHALLENGE_BYTES];
    private final Deque<byte[]> waiting = new ArrayDeque<>();

    private @Nullable ChannelHandlerContext context;
    private @Nullable Sealer sealer;
    private boolean proved;
    private boolean refused;
    private boolean flushing;
    private boolean timing;
    private long frames;
    private int waitingBytes;

    GossipChannel(Owner owner, KeyRing ring, String site, GossipSettings.Limits limits, boolean connected) {
        this.owner = owner;
        this.ring = ring;
        this.site = site;
        this.limits = limits;
        this.connected = connected;
        RANDOM.nextBytes(challenge);
    }

    /** The address of the other side, without its port. */
    static String host(Channel channel) {
        SocketAddress address = channel.remoteAddress();
        return address instanceof InetSocketAddress socket && socket.getAddress() != null
                ? socket.getAddress().getHostAddress()
                : "unknown";
    }

    String host() {
        return context == null ? "unknown" : host(context.channel());
    }

    boolean isProved() {
        return proved;
    }

    @Nullable
    Channel channel() {
        return context == null ? null : context.channel();
    }

    boolean isOpen() {
        return !refused && context != null && context.channel().isActive();
    }

    void close() {
        if (context != null) {
            context.close();
        }
    }

    /** Sends a message soon; says whether there was room for it. */
    boolean offer(byte[] message) {
        if (waitingBytes + message.length > limits.waiting()
                || (context != null && !context.channel().isWritable())) {
            return false;
        }
        waiting.addLast(message);
        waitingBytes += message.length + LENGTH_BYTES;
        if (sealer != null && context != null && !flushing) {
            flushing = true;
            context.executor().schedule(this::send, GATHER.toNanos(), TimeUnit.NANOSECONDS);
        }
        return true;
    }

    /** Sends what is waiting. */
    void send() {
        flushing = false;
        ChannelHandlerContext to = context;
        if (to == null || sealer == null || !to.channel().isActive()) {
            return;
        }
        while (!waiting.isEmpty()) {
            ByteArrayOutputStream content = new ByteArrayOutputStream(1024);
            do {
                byte[] message = waiting.removeFirst();
                waitingBytes -= message.length + LENGTH_BYTES;
                content.writeBytes(
                        ByteBuffer.allocate(LENGTH_BYTES).putInt(message.length).array());
                content.writeBytes(message);
            } while (!waiting.isEmpty() && fits(content.size() + waiting.getFirst().length));
            if (!write(to, sealer, content.toByteArray())) {
                return;
            }
        }
        to.flush();
    }

    /** Whether so much content makes a frame that the other side accepts. */
    private boolean fits(int content) {
        return content + LENGTH_BYTES + Sealer.OVERHEAD <= limits.frame();
    }

    private boolean write(ChannelHandlerContext to, Sealer with, byte[] content) {
        byte[] frame = with.seal(content);
        if (frame == null) {
            to.close();
            return false;
        }
        to.write(Unpooled.wrappedBuffer(
                ByteBuffer.allocate(LENGTH_BYTES).putInt(frame.length).array(), frame));
        return true;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        active.writeAndFlush(Unpooled.wrappedBuffer(MAGIC, challenge));
        active.executor()
                .schedule(
                        () -> {
                            if (!proved && active.channel().isActive()) {
                                refuse(new RefusedException(Refusal.SILENT, "within " + limits.proof()));
                            }
                        },
                        limits.proof().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) throws Exception {
        super.channelInactive(inactive);
        owner.closed(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext at, Object event) throws Exception {
        if (event instanceof IdleStateEvent) {
            at.close();
        } else {
            super.userEventTriggered(at, event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext at, Throwable cause) {
        // A reset by the other side: closing is all there is to do, and what it meant shows in the next probe.
        at.close();
    }

    @Override
    protected void decode(ChannelHandlerContext at, ByteBuf in, List<Object> out) {
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            boolean complete = sealer == null ? greeting(at, in) : frame(in, sealer);
            if (!complete && in.isReadable()) {
                startTiming(at);
            }
        } catch (RefusedException e) {
            in.skipBytes(in.readableBytes());
            refuse(e);
        }
    }

    private boolean greeting(ChannelHandlerContext at, ByteBuf in) throws RefusedException {
        int there = Math.min(in.readableBytes(), MAGIC.length);
        byte[] letters = new byte[there];
        in.getBytes(in.readerIndex(), letters);
        if (!Arrays.equals(letters, 0, there, MAGIC, 0, there)) {
            throw new RefusedException(Refusal.NOT_GOSSIP, "it begins differently");
        }
        if (in.readableBytes() < MAGIC.length + Sealer.CHALLENGE_BYTES) {
            return false;
        }
        in.skipBytes(MAGIC.length);
        byte[] theirs = new byte[Sealer.CHALLENGE_BYTES];
        in.readBytes(theirs);
        if (Arrays.equals(theirs, challenge)) {
            throw new RefusedException(Refusal.FORGED, "our own challenge came back");
        }
        sealer = new Sealer(ring, site, connected ? challenge : theirs, connected ? theirs : challenge, connected);
        if (write(at, sealer, new byte[0])) {
            at.flush();
            send();
        }
        return true;
    }

    private boolean frame(ByteBuf in, Sealer with) throws RefusedException {
        if (in.readableBytes() < LENGTH_BYTES) {
            return false;
        }
        int length = in.getInt(in.readerIndex());
        int longest = proved ? limits.frame() : limits.firstFrame();
        if (length < 0 || length > longest) {
            throw new RefusedException(Refusal.OVERSIZED, Integer.toUnsignedString(length) + " bytes");
        }
        if (length < Sealer.OVERHEAD) {
            throw new RefusedException(Refusal.MALFORMED_FRAME, length + " bytes");
        }
        if (in.readableBytes() < LENGTH_BYTES + length) {
            return false;
        }
        in.skipBytes(LENGTH_BYTES);
        byte[] frame = new byte[length];
        in.readBytes(frame);
        byte[] content = with.open(frame);
        frames++;
        if (!proved) {
            proved = true;
            owner.proved(this);
        }
        messages(content);
        return true;
    }

    private void messages(byte[] content) throws RefusedException {
        int at = 0;
        while (at < content.length) {
            if (content.length - at < LENGTH_BYTES) {
                throw new RefusedException(Refusal.MALFORMED_MESSAGE, "a length cut short");
            }
            int length = ByteBuffer.wrap(content, at, LENGTH_BYTES).getInt();
            at += LENGTH_BYTES;
            if (length < 0 || length > content.length - at) {
                throw new RefusedException(Refusal.MALFORMED_MESSAGE, "a message of " + length + " bytes");
            }
            owner.received(this, content, at, length);
            at += length;
        }
    }

    private void startTiming(ChannelHandlerContext at) {
        if (timing) {
            return;
        }
        timing = true;
        long begun = frames;
        at.executor()
                .schedule(
                        () -> {
                            timing = false;
                            if (frames == begun && at.channel().isActive() && actualReadableBytes() > 0) {
                                refuse(new RefusedException(Refusal.SLOW, "within " + limits.finish()));
                            } else if (actualReadableBytes() > 0) {
                                startTiming(at);
                            }
                        },
                        limits.finish().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void refuse(RefusedException e) {
        if (refused) {
            return;
        }
        refused = true;
        owner.refused(this, e.reason(), e.getMessage() == null ? "" : e.getMessage());
        close();
    }
}
