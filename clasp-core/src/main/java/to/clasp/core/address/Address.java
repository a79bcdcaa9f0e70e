package to.clasp.core.address;

import org.jspecify.annotations.Nullable;
import to.clasp.core.internal.Utf8;

/**
 * The grammar of CLASP addresses (CLASP wire format, "Addresses and patterns").
 *
 * <p>An address starts with {@code /}; segments are separated by {@code /}; only the last may be
 * empty. Addresses are compared as text: no case folding, no normalisation, no escapes.
 */
public final class Address {

  /** The longest address, in bytes of UTF-8: what the length field of a string can say. */
  public static final int MAX_BYTES = 65_535;

  private Address() {}

  /**
   * Checks an address before it is sent.
   *
   * <p>Stricter than a router in one point that matters: routers accept anything and some abort as
   * a whole when the first character is not ASCII, so nothing but {@code /} may come first.
   *
   * @param address the address
   * @return the same address
   * @throws InvalidAddressException if it does not follow the grammar, has no UTF-8 form because of
   *     an unpaired surrogate, or is longer than {@value #MAX_BYTES} bytes of UTF-8
   */
  public static String requireValid(String address) {
    String problem = problemOf(address);
    if (problem != null) {
      throw new InvalidAddressException(problem);
    }
    return address;
  }

  /**
   * Tells whether an address follows the grammar, by the rules of {@link #requireValid}.
   *
   * @param address the address
   * @return true if it may be sent
   */
  public static boolean isValid(String address) {
    return problemOf(address) == null;
  }

  private static @Nullable String problemOf(String address) {
    if (address.isEmpty()) {
      return "address is empty; write it as /segment/segment";
    }
    if (address.charAt(0) != '/') {
      return "address must start with '/': " + shown(address);
    }
    int doubled = address.indexOf("//");
    if (doubled >= 0) {
      return "address has an empty segment at index " + (doubled + 1) + ": " + shown(address);
    }
    int unpaired = Utf8.unpairedSurrogate(address);
    if (unpaired >= 0) {
      return "address has an unpaired surrogate at index "
          + unpaired
          + ", which has no UTF-8 form: "
          + shown(address);
    }
    // No char takes more than three bytes, so most addresses need no counting.
    if (address.length() > MAX_BYTES / 3 && Utf8.encodedLength(address) > MAX_BYTES) {
      return "address takes "
          + Utf8.encodedLength(address)
          + " bytes of UTF-8, more than "
          + MAX_BYTES
          + ": "
          + shown(address);
    }
    return null;
  }

  static String shown(String address) {
    return address.length() <= 200 ? address : address.substring(0, 200) + "…";
  }
}
