package dev.waxseal.cloudapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxseal.error.InvalidInputException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CustomerIdTest {
    private static final CustomerId BOTH = CustomerId.of("US.1", "15550001");

    @Test
    void theUserIdComesBeforeThePhoneNumber() {
        assertThat(BOTH.value()).isEqualTo("US.1");
        assertThat(CustomerId.ofPhoneNumber("15550001").value()).isEqualTo("15550001");
    }

    @Test
    void theSameUserIdIsTheSameCustomerWhateverTheNumber() {
        assertThat(BOTH.isSameCustomerAs(CustomerId.of("US.1", "15559999"))).isTrue();
        assertThat(BOTH.isSameCustomerAs(CustomerId.of("US.2", "15550001"))).isFalse();
        assertThat(BOTH.isSameCustomerAs(CustomerId.ofUserId("US.1"))).isTrue();
    }

    @Test
    void theNumberDecidesWhereAUserIdIsMissing() {
        assertThat(BOTH.isSameCustomerAs(CustomerId.ofPhoneNumber("15550001"))).isTrue();
        assertThat(CustomerId.ofUserId("US.1").isSameCustomerAs(CustomerId.ofPhoneNumber("15550001")))
                .isFalse();
    }

    @Test
    void aCustomerWithoutAnyIdIsRefused() {
        assertThatThrownBy(() -> new CustomerId(Optional.empty(), Optional.empty()))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> CustomerId.ofUserId("")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> CustomerId.ofPhoneNumber("1".repeat(257)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageNotContaining("111");
    }

    @Test
    void neitherPartIsPrinted() {
        assertThat(BOTH).hasToString("CustomerId[user id, phone number]");
    }
}
