package dev.rwo.agent.upgrade;

import java.nio.file.Path;

/** Where a bundle comes into the site: its signature is checked before anything is believed of it. */
public interface BundleIntake {

    /**
     * Puts a file among this box's stored bundles, where others can have it.
     *
     * @throws UpgradeException when it is no bundle of this site, or there is no space
     */
    Bundle take(Path file) throws UpgradeException;

    /**
     * What is behind a URL, without downloading it.
     *
     * @throws UpgradeException when nothing answers there, or it is no bundle of this site
     */
    Bundle inspect(String url) throws UpgradeException;
}
