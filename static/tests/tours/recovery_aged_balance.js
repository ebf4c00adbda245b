import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, see, seeNo } from "./steps";

const screen = ".o_recovery_aged_balance";
const choose = (selector, value) => ({ trigger: `${screen} ${selector}`, run: `select ${value}` });
const bound = (index, run) => ({ trigger: `${screen} .o_recovery_aged_bounds input:eq(${index})`, run: `${run} && press Tab` });

registry.category("web_tour.tours").add("recovery_aged_balance", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("account.menu_finance_reports", "recovery_aged_balance_menu", "Balance âgée"),
        see(`${screen} .o_customer:contains(Menuiserie Aubert)`),
        see(`${screen} tfoot:contains(Total)`),
        // sort by what is owed, and search
        click(`${screen} thead th[data-column='total'] button`),
        see(`${screen} thead th[aria-sort='descending']`),
        { trigger: `${screen} #o_recovery_aged_search`, run: "edit aübert" },
        seeNo(`${screen} .o_customer:contains(Traiteur Colin)`),
        see(`${screen} .o_customer:contains(Menuiserie Aubert)`),
        { trigger: `${screen} #o_recovery_aged_search`, run: "clear" },
        // the ledger, account by account
        click(`${screen} .o_recovery_control`),
        see(`${screen} .o_recovery_controlled tfoot`),
        // other columns: a field each, emptied to take one away, one more at the end
        bound(3, "clear"),
        seeNo(`${screen} thead th[data-column='bucket5']`),
        bound(2, "clear"),
        seeNo(`${screen} thead th[data-column='bucket4']`),
        bound(1, "edit 45"),
        see(`${screen} thead th[data-column='bucket2']:contains(45)`),
        bound(0, "edit 15"),
        see(`${screen} thead th[data-column='bucket2']:contains(16)`),
        click(`${screen} .o_recovery_aged_add`),
        bound(2, "edit 100"),
        see(`${screen} thead th[data-column='bucket3']:contains(100)`),
        bound(2, "clear"),
        seeNo(`${screen} thead th[data-column='bucket4']`),
        // split, fold, unfold
        choose("#o_recovery_aged_split_0", "account"),
        see(`${screen} .o_group`),
        click(`${screen} .o_group button`),
        seeNo(`${screen} .o_customer:contains(Menuiserie Aubert)`),
        click(`${screen} .o_group button`),
        click(`${screen} .o_customer:contains(Menuiserie Aubert) button[aria-expanded='false']`),
        see(`${screen} .o_item`),
        // other columns, and all of it among the favourites
        click(`.o_recovery_columns`),
        click(`.o-dropdown--menu .o-dropdown-item[data-column='status_disputed']`),
        click(`.o_recovery_favourites`),
        see(`${screen} thead th[data-column='status_disputed']`),
        { trigger: ".o-dropdown--menu input", run: "edit Par compte" },
        click(".o-dropdown--menu button.btn-primary"),
        see(".o_notification:contains(Par compte)"),
        // the screen opens with it from now on
        click(".o-dropdown--menu .o_recovery_default[aria-pressed='false']"),
        see(".o-dropdown--menu .o_recovery_default[aria-pressed='true']"),
        click(`.o_recovery_favourites`),
        // to the entries behind an amount
        click(`${screen} .o_customer:contains(Menuiserie Aubert) .o_amount .o_recovery_drill`),
        see(".o_list_view .o_data_row"),
        // and back: the balance is as it was left
        click(".o_back_button"),
        see(`${screen} .o_group`),
        see(`${screen} .o_item`),
        see(`${screen} thead th[data-column='status_disputed']`),
        see(`${screen} thead th[data-column='bucket2']:contains(16)`),
        seeNo(`${screen} thead th[data-column='bucket4']`),
    ],
});
