package dev.rwo.agent.membership.gossip;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * Carries messages over TCP in sealed frames. A connection serves both directions: an answer goes back where the
 * question came from, so after a cut cable the side that reconnects first brings both back.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails in a channel closes it, and that is seen
final class GossipTransport implements Transport, GossipChannel.Owner {

    /** Answers that nobody takes in time are dropped, the oldest first. */
    private static final int UNREAD = 8192;

    private final GossipSettings settings;
    private final KeyRing ring;
    private final Refusals refusals;
    private final Traffic traffic;
    private final Doorkeeper doorkeeper;
    private final NioEventLoopGroup group = new NioEventLoopGroup(1, new DefaultThreadFactory("gossip-io", true));
    private final EventLoop loop = group.next();
    private final Sinks.Many<Message> inbox = Sinks.many().multicast().directBestEffort();
    private final Map<String, List<MonoSink<Message>>> questions = new ConcurrentHashMap<>();
    private final Map<String, GossipChannel> routes = new HashMap<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile @Nullable Channel server;

    GossipTransport(GossipSettings settings, KeyRing ring, Refusals refusals, Traffic traffic) {
        this.settings = settings;
        this.ring = ring;
        this.refusals = refusals;
        this.traffic = traffic;
        doorkeeper = new Doorkeeper(settings.limits(), refusals);
    }

    @Override
    public String address() {
        Channel bound = server;
        int port = bound == null ? settings.port() : ((InetSocketAddress) bound.localAddress()).getPort();
        return settings.host() + ":" + port;
    }

    @Override
    public Mono<Transport> start() {
        return Mono.create(sink -> new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 512)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (doorkeeper.admit(channel, GossipChannel.host(channel))) {
                            prepare(
                                    channel,
                                    new GossipChannel(
                                            GossipTransport.this, ring, settings.site(), settings.limits(), false));
                        }
                    }
                })
                .bind(settings.bind(), settings.port())
                .addListener((io.netty.channel.ChannelFuture bound) -> {
                    if (bound.isSuccess()) {
                        server = bound.channel();
                        sink.success(this);
                    } else {
                        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                        sink.error(new IOException(
                                "Cannot listen for gossip on " + settings.bind() + ":" + settings.port() + ": "
                                        + bound.cause().getMessage(),
                                bound.cause()));
                    }
                }));
    }

    private void prepare(Channel channel, GossipChannel handler) {
        channel.config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(
                        settings.limits().waiting() / 2, settings.limits().waiting()));
        channel.pipeline()
                .addLast(new IdleStateHandler(0, 0, settings.limits().idle().toSeconds(), TimeUnit.SECONDS))
                .addLast(handler);
    }

    @Override
    public Mono<Void> stop() {
        return Mono.create(sink -> {
            if (!stopped.compareAndSet(false, true)) {
                sink.success();
                return;
            }
            loop.execute(() -> {
                routes.values().forEach(GossipChannel::send);
                Channel bound = server;
                if (bound != null) {
                    bound.close();
                }
                inbox.tryEmitComplete();
                // Lets go of every connection, flushed, before the loop ends.
                loop.schedule(
                        () -> group.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(ended -> sink.success()),
                        20,
                        TimeUnit.MILLISECONDS);
            });
        });
    }

    @Override
    public boolean isStopped() {
        return stopped.get();
    }

    @Override
    public Flux<Message> listen() {
        return inbox.asFlux().onBackpressureBuffer(UNREAD, BufferOverflowStrategy.DROP_OLDEST);
    }

    @Override
    public Mono<Void> send(String address, Message message) {
        return Mono.create(sink -> {
            byte[] encoded = WireCodec.encode(message);
            if (stopped.get()) {
                sink.error(new IOException("Gossip has stopped"));
                return;
            }
            loop.execute(() -> route(address, encoded, sink));
        });
    }

    @Override
    public Mono<Message> requestResponse(String address, Message request) {
        return Mono.create(sink -> {
            String question = request.correlationId();
            List<MonoSink<Message>> asking = questions.compute(question, (key, known) -> {
                List<MonoSink<Message>> all = known == null ? new CopyOnWriteArrayList<>() : known;
                all.add(sink);
                return all;
            });
            sink.onDispose(() -> {
                asking.remove(sink);
                questions.computeIfPresent(question, (key, known) -> known.isEmpty() ? null : known);
            });
            send(address, request).subscribe(null, sink::error);
        });
    }

    /**
     * Forgets the connection to this address: the next message makes a new one. The old one is left to deliver what is
     * still under way; if it is dead, it is closed as idle.
     */
    void forget(String address) {
        if (!stopped.get()) {
            loop.execute(() -> routes.remove(address));
        }
    }

    private void route(String address, byte[] message, MonoSink<Void> sink) {
        if (message.length > settings.limits().frame() - Sealer.OVERHEAD - Integer.BYTES) {
            sink.error(new IOException("A message of " + message.length + " bytes is too long"));
            return;
        }
        GossipChannel route = routes.get(address);
        if (route == null || (route.channel() != null && !route.isOpen())) {
            connect(address, message, sink);
            return;
        }
        if (route.offer(message)) {
            traffic.sent(message.length);
            sink.success();
        } else {
            sink.error(new IOException(address + " does not read"));
        }
    }

    private void connect(String address, byte[] message, MonoSink<Void> sink) {
        InetSocketAddress target;
        try {
            target = parsed(address);
        } catch (UnknownHostException e) {
            sink.error(e);
            return;
        }
        GossipChannel handler = new GossipChannel(this, ring, settings.site(), settings.limits(), true);
        handler.offer(message);
        routes.put(address, handler);
        new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.limits().connect().toMillis())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        prepare(channel, handler);
                    }
                })
                .connect(target)
                .addListener((io.netty.channel.ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        traffic.sent(message.length);
                        sink.success();
                    } else {
                        routes.remove(address, handler);
                        sink.error(connected.cause());
                    }
                });
    }

    /** Addresses come from others: only numbers are taken, so that nobody can make us look up a name. */
    private static InetSocketAddress parsed(String address) throws UnknownHostException {
        int colon = address.lastIndexOf(':');
        byte[] ip = colon < 0 ? null : NetUtil.createByteArrayFromIpAddressString(address.substring(0, colon));
        if (ip == null) {
            throw new UnknownHostException("Not ip:port: " + address);
        }
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(ip), Integer.parseUnsignedInt(address.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new UnknownHostException("Not ip:port: " + address);
        }
    }

    @Override
    public void proved(GossipChannel channel) {
        Channel socket = channel.channel();
        if (socket != null) {
            doorkeeper.proved(socket);
        }
    }

    @Override
    public void received(GossipChannel channel, byte[] bytes, int offset, int length) throws RefusedException {
        Message message = WireCodec.decode(bytes, offset, length);
        traffic.received(length);
        GossipChannel known = routes.get(message.sender());
        if (known != channel && (known == null || known.channel() != null)) {
            routes.put(message.sender(), channel);
        }
        List<MonoSink<Message>> asking =
                message.correlationId() == null ? null : questions.get(message.correlationId());
        if (asking == null || isQuestion(message)) {
            inbox.tryEmitNext(message);
        } else {
            asking.forEach(sink -> sink.success(message));
        }
    }

    /** A question carries the ID of its answer; two transports in one process may see each other's. */
    private static boolean isQuestion(Message message) {
        String qualifier = message.qualifier();
        return !qualifier.equals(Qualifiers.PING_ACK)
                && !qualifier.equals(Qualifiers.SYNC_ACK)
                && !qualifier.equals(Qualifiers.METADATA_RESP);
    }

    @Override
    public void closed(GossipChannel channel) {
        routes.values().removeIf(route -> route == channel);
    }

    @Override
    public void refused(GossipChannel channel, Refusal reason, String detail) {
        refusals.refuse(channel.host(), reason, detail);
    }
}
