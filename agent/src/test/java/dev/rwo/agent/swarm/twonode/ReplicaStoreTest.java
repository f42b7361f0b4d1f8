package dev.rwo.agent.swarm.twonode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaStoreTest {

    @TempDir
    private Path root;

    private Path swarm;
    private ReplicaStore keeper;
    private ReplicaStore standby;

    @BeforeEach
    void makeBoxes() throws IOException {
        swarm = SwarmFiles.write(root.resolve("keeper/swarm"), "keeper");
        keeper = new ReplicaStore(root.resolve("keeper/standby"), new SwarmDirectory(swarm));
        standby = new ReplicaStore(root.resolve("standby"), new SwarmDirectory(root.resolve("docker/swarm")));
    }

    private ReplicaInfo pull() throws Exception {
        return standby.pull(new KeeperPeers(keeper, "s1"), "10.0.0.1:8443");
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> all = Files.list(root.resolve("standby"))) {
            return all.filter(file -> file.toString().endsWith(".zip")).toList();
        }
    }

    @Test
    void whatWasPulledIsKeptCheckedAndForRootAlone() throws Exception {
        ReplicaInfo pulled = pull();
        assertThat(standby.kept()).isEqualTo(pulled);
        Path archive = standby.checked(pulled);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
                .isEqualTo("rw-------");
    }

    @Test
    void onlyTheNewestReplicaStays() throws Exception {
        ReplicaInfo first = pull();
        Files.writeString(swarm.resolve("certificates/swarm-node.crt"), "keeper with a new certificate");
        ReplicaInfo second = pull();
        assertThat(second).isNotEqualTo(first);
        assertThat(archives()).containsExactly(standby.checked(second));
        assertThat(pull()).isEqualTo(second);
    }

    @Test
    void aDamagedReplicaIsRefused() throws Exception {
        ReplicaInfo pulled = pull();
        Files.writeString(archives().getFirst(), "noise");
        assertThatThrownBy(() -> standby.checked(pulled)).hasMessageContaining("damaged");
    }

    @Test
    void whatIsForgottenIsGone() throws Exception {
        pull();
        standby.forget();
        assertThat(standby.kept()).isEqualTo(ReplicaInfo.NONE);
        assertThat(archives()).isEmpty();
    }

    @Test
    void aPieceOfAnotherReplicaIsNotHandedOut() throws Exception {
        ReplicaInfo offered = keeper.offer("s1", 0);
        assertThatThrownBy(() -> keeper.chunk("0".repeat(64), 0)).isInstanceOf(ReplicaException.class);
        assertThatThrownBy(() -> keeper.chunk(offered.sha256(), offered.size())).isInstanceOf(ReplicaException.class);
    }
}
