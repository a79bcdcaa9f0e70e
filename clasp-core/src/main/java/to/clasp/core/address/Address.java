package to.clasp.core.address;

/**
 * The grammar of CLASP addresses (CLASP wire format, "Addresses and patterns").
 *
 * <p>An address starts with {@code /}; segments are separated by {@code /}; only the last may be
 * empty. Addresses are compared as text: no case folding, no normalisation, no escapes.
 */
public final class Address {

  private Address() {}

  /**
   * Checks an address before it is sent.
   *
   * <p>Stricter than a router in one point that matters: routers accept anything and some abort as
   * a whole when the first character is not ASCII, so nothing but {@code /} may come first.
   *
   * @param address the address
   * @return the same address
   * @throws InvalidAddressException if it does not follow the grammar
   */
  public static String requireValid(String address) {
    if (address.isEmpty()) {
      throw new InvalidAddressException("address is empty; write it as /segment/segment");
    }
    if (address.charAt(0) != '/') {
      throw new InvalidAddressException("address must start with '/': " + address);
    }
    int doubled = address.indexOf("//");
    if (doubled >= 0) {
      throw new InvalidAddressException(
          "address has an empty segment at index " + (doubled + 1) + ": " + address);
    }
    return address;
  }
}
