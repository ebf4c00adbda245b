import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, see } from "./steps";

const part = (name) => `.o_recovery_receipts [data-part='${name}']`;

registry.category("web_tour.tours").add("recovery_forecast", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("account.menu_finance_reports", "recovery_forecast_menu", "Prévision"),
        click(".o_list_view .o_data_row:first .o_data_cell:first"),
        see(`${part("weeks")} canvas`),
        see(`${part("weeks")} tbody tr:eq(12)`),
        // what it did on past months stands beside it, each rule with its error
        see(`${part("trial")} tbody tr:eq(1)`),
        see(`${part("trial")} tbody tr:last td b`),
        see(`${part("released")} canvas`),
        // a week opens its instalments, and each says why
        click(`${part("weeks")} tbody tr:first .btn-link`),
        see(".o_list_view .o_data_row:first td[name='why']"),
        click(".breadcrumb a:last, .o_back_button:first"),
        see(`${part("weeks")} canvas`),
    ],
});
