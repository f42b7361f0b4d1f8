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
import java.util.stream.Stream;

/**
 * A process that is a member by gossip and nothing else, to be measured beside Serf's agent. It starts when it is told so
 * by a line on its input, so that the start of a JVM is not taken for gossip's, and prints a line for every member that
 * changes: {@code alive|suspect|dead|left NAME}.
 */
public final class GossipNode {

    private final PrintStream out;
    private final Map<String, String> printed = new HashMap<>();

    private GossipNode(PrintStream out) {
        this.out = out;
    }

    /** Arguments: name, address, and the addresses of seeds, all at one port. */
    public static void main(String... arguments) throws IOException {
        GossipNode node = new GossipNode(System.out);
        String name = arguments[0];
        List<String> seeds = Stream.of(arguments)
                .skip(2)
                .map(host -> host + ":" + GossipSettings.PORT)
                .toList();
        List<byte[]> keys = List.of(new byte[32]);
        AtomicReference<Runnable> look = new AtomicReference<>(() -> {});
        GossipMembership membership = new GossipMembership(
                GossipSettings.of("bench", arguments[1]),
                () -> keys,
                () -> seeds,
                MemberDigest.of(name, name, arguments[1] + ":8443", "bench"),
                Clock.systemUTC(),
                new SimpleMeterRegistry(),
                () -> look.get().run());
        look.set(() -> node.print(membership));
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        membership.start();
        // Lives until its input ends, and then says goodbye.
        System.in.transferTo(OutputStream.nullOutputStream());
        membership.close();
    }

    private synchronized void print(GossipMembership membership) {
        Map<String, String> now = new HashMap<>();
        for (Member member : membership.members().others()) {
            String name = member.digest().name();
            String state = member.state().name().toLowerCase(Locale.ROOT);
            // Of two boots of one node the one that is present counts.
            if (!now.containsKey(name) || member.isPresent()) {
                now.put(name, state);
            }
        }
        now.forEach((name, state) -> {
            if (!state.equals(printed.put(name, state))) {
                out.println(state + ' ' + name);
            }
        });
        out.flush();
    }
}
