package dev.rwo.agent.upgrade.campaign;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Where the API finds the box's {@link CampaignDesk}, from when the agent has put it together. */
@ApplicationScoped
public class CampaignOffice {

    private final AtomicReference<CampaignDesk> desk = new AtomicReference<>();

    /** Opens. */
    public void open(CampaignDesk opened) {
        desk.set(opened);
    }

    /** The desk, empty while the agent starts. */
    public Optional<CampaignDesk> desk() {
        return Optional.ofNullable(desk.get());
    }
}
