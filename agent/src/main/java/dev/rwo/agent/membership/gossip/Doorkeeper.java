package dev.rwo.agent.membership.gossip;

import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How many connections there are, and who has to go. A connection that proved nothing can always be pushed out by a
 * newer one, so that a flood of them keeps no member out: a member proves itself within a round trip.
 *
 * <p>The event loop is its only user.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails in a channel closes it, and that is seen
final class Doorkeeper {

    private final GossipSettings.Limits limits;
    private final Refusals refusals;
    private final Map<String, Integer> perAddress = new HashMap<>();
    private final Deque<Channel> strangers = new ArrayDeque<>();
    private final Set<Channel> known = new HashSet<>();

    Doorkeeper(GossipSettings.Limits limits, Refusals refusals) {
        this.limits = limits;
        this.refusals = refusals;
    }

    /** A connection was accepted; when it is not welcome, it is closed. */
    boolean admit(Channel channel, String address) {
        if (perAddress.getOrDefault(address, 0) >= limits.perAddress()) {
            refusals.refuse(address, Refusal.CROWDED_ADDRESS, limits.perAddress() + " already");
            channel.close();
            return false;
        }
        if (known.size() >= limits.connections()) {
            refusals.refuse(address, Refusal.CROWDED, limits.connections() + " connections of members");
            channel.close();
            return false;
        }
        perAddress.merge(address, 1, Integer::sum);
        strangers.addLast(channel);
        channel.closeFuture().addListener(closed -> left(channel, address));
        if (strangers.size() > limits.strangers()) {
            Channel oldest = strangers.removeFirst();
            refusals.refuse(
                    GossipChannel.host(oldest),
                    Refusal.CROWDED,
                    limits.strangers() + " connections that proved nothing");
            oldest.close();
        }
        return true;
    }

    /** It delivered a valid frame. */
    void proved(Channel channel) {
        if (strangers.remove(channel)) {
            known.add(channel);
        }
    }

    private void left(Channel channel, String address) {
        perAddress.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
        strangers.remove(channel);
        known.remove(channel);
    }
}
