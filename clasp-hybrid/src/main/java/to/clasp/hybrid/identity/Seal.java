package to.clasp.hybrid.identity;

/**
 * What a signal shows of its sender. Not checked yet.
 *
 * @param key the key that it names
 * @param signature the signature, in unpadded base64url
 */
public record Seal(String key, String signature) {}
