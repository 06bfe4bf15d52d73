package dev.facealign.inference.shadow;

import dev.facealign.fault.FaultException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.regex.Pattern;

/**
 * Shadow traffic.
 *
 * @param enabled whether a model is tried at all
 * @param alias which: the version that this alias points at; letters, digits and '-'
 * @param share of the champion's faces that it is tried on, above 0, at most 1
 */
@ConfigurationProperties("facealign.inference.shadow")
public record ShadowSettings(
    @Bindable(defaultValue = "false") boolean enabled,
    @Bindable(defaultValue = "candidate") String alias,
    @Bindable(defaultValue = "0.1") double share) {
  private static final String PREFIX = "facealign.inference.shadow.";
  private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9-]{1,64}");

  public ShadowSettings {
    if (!ALIAS.matcher(alias).matches()) {
      throw FaultException.invalid(PREFIX + "alias", alias, "1 to 64 letters, digits and '-'");
    }
    if (!(share > 0 && share <= 1)) {
      throw FaultException.invalid(PREFIX + "share", share, "above 0, at most 1");
    }
  }
}
