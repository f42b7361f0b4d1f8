package dev.rwo.agent.swarm.formation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManagerAddressesTest {

    private static final String SWARM = "swarm-a";

    private final Member leader = Views.at("192.0.2.1", Views.in(SWARM, SwarmRole.LEADER, "till-1"));
    private final Member manager = Views.at("192.0.2.2", Views.in(SWARM, SwarmRole.MANAGER, "till-2"));
    private final Member worker = Views.at("192.0.2.3", Views.in(SWARM, SwarmRole.WORKER, "till-3"));
    private final Member stranger = Views.at("192.0.2.4", Views.in("swarm-b", SwarmRole.LEADER, "till-4"));

    private static ManagerAddresses among(String remembered, Member... members) {
        MemberTable table = new MemberTable(Views.member("till-9"), List.of(members));
        Place place = new Place(SwarmRole.WORKER, remembered, "node-till-9", false, 0, false);
        return new ManagerAddresses(() -> table, SwarmMemory.of(Remembered.NOTHING.in(place)));
    }

    private static JoinAnswer granted(String swarm, String... managers) {
        return new JoinAnswer(JoinAnswer.Kind.GRANTED, "", swarm, 0, false, List.of(managers), "token");
    }

    @Test
    void theManagersOfTheRememberedSwarmAreTriedTheLeaderFirst() {
        assertThat(among(SWARM, manager, worker, leader, stranger).get())
                .containsExactly("192.0.2.1:2377", "192.0.2.2:2377");
    }

    @Test
    void aLeaderThatIsSuspectedIsTriedAfterTheOthersAndOneThatIsGoneNotAtAll() {
        assertThat(among(SWARM, manager, Views.as(MemberState.SUSPECT, leader)).get())
                .containsExactly("192.0.2.2:2377", "192.0.2.1:2377");
        assertThat(among(SWARM, manager, Views.as(MemberState.DEAD, leader)).get())
                .containsExactly("192.0.2.2:2377");
    }

    @Test
    void whereTheFabricIsATunnelManagersListenInIt() {
        assertThat(among(SWARM, Views.tunnelled("10.9.0.1", leader)).get()).containsExactly("10.9.0.1:2377");
    }

    @Test
    void aBoxThatIsLetInGoesToTheSwarmThatLetItInWhateverItRemembers() {
        ManagerAddresses addresses = among("swarm-b", leader, stranger);
        addresses.granted(granted(SWARM, "192.0.2.1:2377", "192.0.2.7:2377"));
        assertThat(addresses.get())
                .as("first those gossip knows, then those that were named")
                .containsExactly("192.0.2.1:2377", "192.0.2.7:2377");
    }
}
