package to.clasp.router.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers requests that are no upgrades as CLASP's own router does: "ok", or nothing. */
final class PlainHttpHandler extends Handler.Abstract.NonBlocking {

  private static final Set<String> ANSWERED = Set.of("GET", "HEAD", "POST", "OPTIONS");
  private static final byte[] BODY = "ok".getBytes(StandardCharsets.US_ASCII);

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!ANSWERED.contains(request.getMethod())) {
      request.getConnectionMetaData().getConnection().getEndPoint().close();
      callback.failed(new IOException(request.getMethod() + " is not answered"));
      return true;
    }
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, BODY.length);
    response.write(true, ByteBuffer.wrap(BODY), callback);
    return true;
  }
}
