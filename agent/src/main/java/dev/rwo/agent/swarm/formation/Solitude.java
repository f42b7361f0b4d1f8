package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** The membership of a box that sees nobody: one whose gossip does not run. */
public final class Solitude implements Membership {

    private final AtomicReference<Member> self;

    /** Of one box. */
    public Solitude(MemberDigest digest, String boot, Instant now) {
        self = new AtomicReference<>(new Member(boot, "", MemberState.ALIVE, now, digest));
    }

    @Override
    public MemberTable members() {
        return new MemberTable(self.get(), List.of());
    }

    @Override
    public void tell(UnaryOperator<MemberDigest> change) {
        self.updateAndGet(member -> new Member(
                member.boot(), member.address(), member.state(), member.since(), change.apply(member.digest())));
    }
}
