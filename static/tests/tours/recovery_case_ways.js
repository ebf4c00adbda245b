import { registry } from "@web/core/registry";
import { atStage, choose, deadline, happens, inWindow, next } from "./case_steps";
import { click, openInvoicing, openMenu, openTab, press, see, seeNo, seeState } from "./steps";

const RECORD = "Noter ce qui s'est passé";
const row = (words) => `.modal .o_data_row:contains(${words})`;

/** Records on a case, by its first button, that this happened today. */
function goesOn(words) {
    return [see(next(RECORD)), press("action_next_step"), ...happens(words)];
}

/** Opens the advisor by the first button of a case. */
function ask() {
    return [see(next("Choisir la procédure")), press("action_next_step"), see(".modal .o_data_row")];
}

/** Opens the advisor where the procedures of a case stand. */
function askBeside() {
    return [...openTab("procedures"), press("action_advice"), see(".modal .o_data_row")];
}

/** Chooses a procedure in the advisor, which is open. */
function take(words, reason) {
    return [
        ...choose("type_id", words),
        { content: "say why", trigger: inWindow("reason", "textarea"), run: `edit ${reason}` },
        press("action_confirm", ".modal"),
    ];
}

function addTour(name, steps) {
    registry.category("web_tour.tours").add(`recovery_case_${name}`, { steps: () => steps });
}

addTour("opposed", [
    ...goesOn("Opposition du débiteur"),
    atStage("Audience"),
    ...goesOn("Opposition notifiée par le greffe"),
    ...openTab("deadlines"),
    see(`${deadline("Consigner")}:contains(CPC 1425):contains(En cours)`),
    ...goesOn("Frais d'opposition consignés"),
    see(`${deadline("Consigner")}:contains(Respectée)`),
    ...goesOn("Audience fixée"),
    ...goesOn("Audience tenue"),
    ...goesOn("Jugement rendu"),
    atStage("Titre obtenu"),
    ...openTab("deadlines"),
    see(`${deadline("Signifier le jugement")}:contains(CPC 478)`),
]);

addTour("refused", [
    ...goesOn("Requête rejetée"),
    ...ask(),
    see(`${row("Assignation au fond")}:contains(Rejet)`),
    ...take("Assignation au fond", "L'ordonnance a été refusée"),
    seeState("preparing", "En préparation"),
    see(".o_form_view:contains(Assignation au fond)"),
    press("action_record"),
    ...happens("Audience fixée"),
    seeState("running", "En cours"),
]);

addTour("lapsed", [
    // missed: said on the case, and the first thing to look at
    see(".o_form_view .alert:contains(non aven)"),
    press("action_next_step"),
    see(".o_form_view:contains(CPC 1411):contains(Manquée)"),
    press("action_see"),
    seeNo("button[name='action_see']"),
    click(".o_back_button"),
    // it lapsed, and is taken up again
    see(".o_form_view .alert:contains(non aven)"),
    ...goesOn("Caducité"),
    ...ask(),
    ...take("Injonction de payer (tribunal de commerce)", "La première n'a pas été signifiée"),
    seeState("preparing", "En préparation"),
]);

addTour("consumer", [
    ...askBeside(),
    see(`${row("Injonction de payer (tribunal de commerce)")}:contains(Condition non remplie)`),
    see(`${row("Assignation au fond")}:contains(750-1)`),
    ...take("Conciliation, médiation", "Moins de 5 000 €"),
    press("action_record"),
    ...happens("Conciliateur ou médiateur saisi"),
    press("action_view_case"),
    see(".o_statusbar_buttons button[name='action_next_step']"),
    ...openTab("deadlines"),
    see(`.o_field_widget[name='deadline_ids'] .o_data_row:contains(CPC 750-1)`),
]);

addTour("public", [
    ...askBeside(),
    see(`${row("Injonction de payer (tribunal de commerce)")}:contains(Condition non remplie):contains(publique)`),
    see(`${row("Référé-provision administratif")}:contains(Ouvert)`),
    ...take("Référé-provision administratif", "Seul juge"),
    seeState("preparing", "En préparation"),
]);

addTour("undisputed", [
    // a manager switches the law of 2026 on
    see(".o_form_view .alert:contains(décret)"),
    click(".o_field_widget[name='active'] input"),
    see(".o_form_view:not(:has(.alert:contains(décret):visible))"),
    ...openInvoicing(),
    ...openMenu("recovery_menu", "recovery_case_menu", "Contentieux"),
    click(".o_kanban_record:contains(Serrurerie Incontestée)"),
    ...askBeside(),
    see(`${row("créances commerciales incontestées")}:contains(Ouvert)`),
    ...take("Recouvrement des créances commerciales", "Sans juge"),
    press("action_record"),
    ...happens("Dossier remis au commissaire de justice"),
    press("action_record"),
    ...happens("Commandement de payer signifié"),
    press("action_view_case"),
    see(".o_statusbar_buttons button[name='action_next_step']"),
    ...openTab("deadlines"),
    see(`.o_field_widget[name='deadline_ids'] .o_data_row:contains(L126-2)`),
]);
