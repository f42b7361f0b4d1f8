package dev.rwo.hardware.watch;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Links that go up and down, which uevents do not tell (rtnetlink(7), RTMGRP_LINK). */
final class LinkEvents implements EventSource {
    private static final int LINK_GROUP = 1;

    /** More interfaces than a box has; what is beyond is told with every message. */
    private static final int MOST_LINKS = 1024;

    private final NetlinkSocket socket;
    private final Predicate<LinkMessage> interesting;
    private final Map<Integer, LinkMessage> known = new HashMap<>();

    LinkEvents(LibC c, Predicate<LinkMessage> interesting) throws WatchException {
        this.interesting = interesting;
        socket = new NetlinkSocket(c, NetlinkSocket.ROUTE, LINK_GROUP);
    }

    @Override
    public String name() {
        return "link messages";
    }

    @Override
    public int descriptor() {
        return socket.descriptor();
    }

    @Override
    public void drain(Sink sink) throws WatchException {
        socket.drain(
                datagram -> LinkMessage.parse(datagram).stream()
                        .filter(interesting)
                        .filter(this::isNews)
                        .forEach(message -> sink.event(message.cause())),
                sink);
    }

    /** A radio sends messages all day that say nothing new. */
    private boolean isNews(LinkMessage message) {
        LinkMessage before = known.remove(message.index());
        if (message.gone()) {
            return true;
        }
        if (known.size() < MOST_LINKS) {
            known.put(message.index(), message);
        }
        return before == null
                || before.carrier() != message.carrier()
                || (message.operstate() >= 0 && before.operstate() != message.operstate())
                || !before.name().equals(message.name());
    }

    @Override
    public void close() {
        socket.close();
    }
}
