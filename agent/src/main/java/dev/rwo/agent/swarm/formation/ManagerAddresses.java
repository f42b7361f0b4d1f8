package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.Orchestrator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Where managers of this box's swarm listen: those that gossip tells of, then those that a manager named when it let the
 * box in, because gossip may lag behind at that moment.
 */
public final class ManagerAddresses implements Supplier<List<String>> {

    private final Supplier<MemberTable> members;
    private final SwarmMemory memory;
    private volatile Optional<Granted> granted = Optional.empty();

    /** An answer without its token, which nobody needs once the engine has joined. */
    private record Granted(String swarmId, List<String> managers) {}

    /** Of the swarm that the box remembers. */
    public ManagerAddresses(Supplier<MemberTable> members, SwarmMemory memory) {
        this.members = members;
        this.memory = memory;
    }

    /** The box joins the swarm of this answer; what it remembers is of the one before. */
    public void granted(JoinAnswer answer) {
        granted = Optional.of(new Granted(answer.swarmId(), answer.managers()));
    }

    /** Through the fabric where there is one; else where the box is now, whatever its engine advertises. */
    private static String host(Member manager) {
        return manager.digest().wireGuardKey().isEmpty()
                ? manager.host()
                : manager.digest().fabricAddress();
    }

    /** {@code ip:port}, the one to try first in front. */
    @Override
    public List<String> get() {
        Optional<Granted> joining = granted;
        String swarm =
                joining.map(Granted::swarmId).orElseGet(() -> memory.get().swarmId());
        SwarmSight sight = SwarmSight.of(members.get()).get(swarm);
        Stream<String> told = sight == null
                ? Stream.empty()
                : sight.managers().stream()
                        .map(ManagerAddresses::host)
                        .filter(address -> !address.isEmpty())
                        .map(address -> address + ":" + Orchestrator.MANAGER_PORT);
        return Stream.concat(told, joining.map(Granted::managers).orElse(List.of()).stream())
                .distinct()
                .toList();
    }
}
