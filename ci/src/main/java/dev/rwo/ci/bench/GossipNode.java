package dev.rwo.ci.bench;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.gossip.GossipMembership;
import dev.rwo.agent.membership.gossip.GossipSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * A process that is a member by gossip and nothing else, or several, to be measured beside Serf's agent. For each line on
 * its input it starts the next one, so that the start of a JVM is not taken for gossip's, and prints a line for every
 * member that changes: {@code WHO alive|suspect|dead|left NAME}, where WHO says so.
 */
public final class GossipNode {

    /** The property that says how many times as long the intervals of gossip's pace are. */
    static final String SLOWER = "rwo.bench.slower";

    private final PrintStream out;
    private final String name;
    private final Map<String, String> printed = new HashMap<>();

    private GossipNode(PrintStream out, String name) {
        this.out = out;
        this.name = name;
    }

    /** Arguments: {@code NAME=ADDRESS} of each member, then the addresses of seeds, all at one port. */
    public static void main(String... arguments) throws IOException {
        List<String> seeds = Stream.of(arguments)
                .filter(argument -> !argument.contains("="))
                .map(host -> host + ":" + GossipSettings.PORT)
                .toList();
        List<GossipMembership> members = Stream.of(arguments)
                .filter(argument -> argument.contains("="))
                .map(argument -> argument.split("=", 2))
                .map(member -> member(member[0], member[1], seeds))
                .toList();
        // As in the agent; without it scalecube writes every message out, for nobody.
        Logger.getLogger("").setLevel(Level.SEVERE);
        System.out.println("ready");
        for (GossipMembership member : members) {
            if (System.in.read() < 0) {
                break;
            }
            member.start();
        }
        // Lives until its input ends, and then says goodbye.
        System.in.transferTo(OutputStream.nullOutputStream());
        members.forEach(GossipMembership::close);
    }

    private static GossipMembership member(String name, String address, List<String> seeds) {
        List<byte[]> keys = List.of(new byte[32]);
        GossipSettings standard = GossipSettings.of("bench", address);
        AtomicReference<Runnable> look = new AtomicReference<>(() -> {});
        GossipMembership membership = new GossipMembership(
                new GossipSettings(
                        standard.site(),
                        address,
                        standard.port(),
                        standard.host(),
                        slower(standard.pace(), Integer.getInteger(SLOWER, 1)),
                        // Members of one process come from one address.
                        standard.limits().withConnections(1024, 1024)),
                () -> keys,
                () -> seeds,
                MemberDigest.of(name, name, address + ":8443", "bench"),
                Clock.systemUTC(),
                new SimpleMeterRegistry(),
                () -> look.get().run());
        GossipNode node = new GossipNode(System.out, name);
        look.set(() -> node.print(membership));
        return membership;
    }

    private static GossipSettings.Pace slower(GossipSettings.Pace pace, int times) {
        return new GossipSettings.Pace(
                pace.probe().multipliedBy(times),
                pace.answer().multipliedBy(times),
                pace.round().multipliedBy(times),
                pace.helpers(),
                pace.suspicion(),
                pace.gossip().multipliedBy(times),
                pace.fanout(),
                pace.repeat(),
                pace.look().multipliedBy(times),
                pace.sync().multipliedBy(times),
                pace.retry().multipliedBy(times),
                pace.gather().multipliedBy(times));
    }

    private synchronized void print(GossipMembership membership) {
        Map<String, String> now = new HashMap<>();
        for (Member member : membership.members().others()) {
            String other = member.digest().name();
            String state = member.state().name().toLowerCase(Locale.ROOT);
            // Of two boots of one node the one that is present counts.
            if (!now.containsKey(other) || member.isPresent()) {
                now.put(other, state);
            }
        }
        StringBuilder lines = new StringBuilder();
        now.forEach((other, state) -> {
            if (!state.equals(printed.put(other, state))) {
                lines.append(name)
                        .append(' ')
                        .append(state)
                        .append(' ')
                        .append(other)
                        .append('\n');
            }
        });
        out.print(lines);
        out.flush();
    }
}
