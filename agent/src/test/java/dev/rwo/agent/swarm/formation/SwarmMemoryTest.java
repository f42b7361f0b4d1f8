package dev.rwo.agent.swarm.formation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwarmMemoryTest {

    @TempDir
    Path directory;

    private Remembered afterARestart(Remembered what) throws Exception {
        Path file = directory.resolve("swarm.json");
        new SwarmMemory(file).set(what);
        return new SwarmMemory(file).get();
    }

    @Test
    void whatABoxKnowsOfItsSwarmOutlivesARestart() throws Exception {
        Place place = new Place(SwarmRole.WORKER, "swarm-a", "node-1", true, 2, false);
        Remembered own = Remembered.NOTHING.givingUp("swarm-b").in(place);
        assertThat(afterARestart(own)).isEqualTo(own);
    }

    @Test
    void theSwarmThatABoxAcknowledgedAndHasNotJoinedOutlivesARestart() throws Exception {
        Remembered seen = Remembered.NOTHING.awaiting("swarm-a");
        assertThat(afterARestart(seen)).isEqualTo(seen);
    }
}
