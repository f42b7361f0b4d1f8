package dev.rwo.agent.upgrade;

import java.util.List;

/**
 * Upgrades one box: this one, or another of the site by its API. Every order can be given again: what is done or under way already
 * stays so.
 */
public interface NodeUpgrader {

    /**
     * How the box stands.
     *
     * @throws UpgradeException when it does not answer
     */
    NodeUpgrade look() throws UpgradeException;

    /**
     * Begins to download a bundle to the box's disk, from where others can have it; {@link NodeUpgrade#stored()} tells how far it is.
     * What is there of it already is kept.
     *
     * @param sources URLs, the preferred first
     * @throws UpgradeException when it cannot begin, for lack of space for example
     */
    void store(Bundle bundle, List<String> sources) throws UpgradeException;

    /**
     * Begins to install a bundle into the slot that does not run; {@link NodeUpgrade#phase()} tells how far it is.
     *
     * @param sources URLs, the preferred first; a bundle stored on the box itself goes before them
     * @param allowOlder whether it may be older than what runs
     * @throws UpgradeException when it is refused: it failed here before, it is older, another is under way
     */
    void stage(Bundle bundle, List<String> sources, boolean allowOlder) throws UpgradeException;

    /**
     * Restarts the box into what is staged.
     *
     * @throws UpgradeException when another version is staged, or none
     */
    void boot(OsVersion version) throws UpgradeException;

    /**
     * Removes a stored bundle; nothing when there is none.
     *
     * @throws UpgradeException when the box does not answer
     */
    void discard(Bundle bundle) throws UpgradeException;
}
