@NullMarked
package to.clasp.cli.demo.web;

import org.jspecify.annotations.NullMarked;
